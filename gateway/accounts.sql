-- Who may sign in. The gateway's own, in no log: what is deleted here is gone.
-- A person who is known by an account is one of members; an account without a person is being made.

CREATE SCHEMA IF NOT EXISTS accounts;
CREATE TABLE IF NOT EXISTS accounts.account (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    password_hash text,  -- argon2id
    person uuid UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE accounts.account
    ADD COLUMN IF NOT EXISTS second_factor_due timestamptz;  -- of staff: see trust.py
CREATE UNIQUE INDEX IF NOT EXISTS account_by_email ON accounts.account (lower(email));

-- Only the hash of what a browser or a program holds, so that nobody can sign in with a copy of this.
-- A session keeps its id; what the browser holds changes from time to time.
CREATE TABLE IF NOT EXISTS accounts.session (
    token_hash bytea PRIMARY KEY,  -- sha256
    account uuid NOT NULL REFERENCES accounts.account ON DELETE CASCADE,
    csrf text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
ALTER TABLE accounts.session
    ADD COLUMN IF NOT EXISTS id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    ADD COLUMN IF NOT EXISTS before_hash bytea UNIQUE,  -- what the browser held before
    ADD COLUMN IF NOT EXISTS turned_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS taken_at timestamptz,  -- when the browser first showed the new one
    ADD COLUMN IF NOT EXISTS seen_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN IF NOT EXISTS idle interval NOT NULL DEFAULT '3 days',
    ADD COLUMN IF NOT EXISTS two_factors boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS browser text NOT NULL DEFAULT '';  -- "Firefox, Android", no more
CREATE INDEX IF NOT EXISTS session_by_account ON accounts.session (account);

-- Failures to sign in, for a quarter of an hour. Whose they are is kept as a hash only.
CREATE TABLE IF NOT EXISTS accounts.guess (
    whom bytea PRIMARY KEY,  -- sha256
    made timestamptz[] NOT NULL
);
CREATE TABLE IF NOT EXISTS accounts.token (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL UNIQUE,
    account uuid NOT NULL REFERENCES accounts.account ON DELETE CASCADE,
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked boolean NOT NULL DEFAULT false
);
CREATE INDEX IF NOT EXISTS token_by_account ON accounts.token (account);

-- The private address of somebody's calendar: whoever knows it may read it. One for each account.
CREATE TABLE IF NOT EXISTS accounts.calendar (
    account uuid PRIMARY KEY REFERENCES accounts.account ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Second factors. The secret of an app has to be readable to check its codes: it is nowhere else.
CREATE TABLE IF NOT EXISTS accounts.totp (
    account uuid PRIMARY KEY REFERENCES accounts.account ON DELETE CASCADE,
    secret text NOT NULL,  -- base32
    last_step bigint NOT NULL,  -- of 30 s since 1970: a code is good once
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS accounts.recovery (
    account uuid NOT NULL REFERENCES accounts.account ON DELETE CASCADE,
    code_hash bytea NOT NULL,  -- sha256 of 120 random bits
    PRIMARY KEY (account, code_hash)
);
CREATE TABLE IF NOT EXISTS accounts.passkey (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    credential bytea NOT NULL UNIQUE,
    account uuid NOT NULL REFERENCES accounts.account ON DELETE CASCADE,
    public_key bytea NOT NULL,
    uses bigint NOT NULL,  -- as its device counts them; many do not
    label text NOT NULL,  -- the browser in which it was made
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX IF NOT EXISTS passkey_by_account ON accounts.passkey (account);

-- Whom a partner may sign in, as it knows them. What it proposes is shown, and gives no right.
CREATE TABLE IF NOT EXISTS accounts.partner (
    issuer text NOT NULL,
    subject text NOT NULL,
    account uuid NOT NULL REFERENCES accounts.account ON DELETE CASCADE,
    proposed text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX IF NOT EXISTS partner_by_account ON accounts.partner (account);

-- What somebody has begun in a browser and will go on with in a moment: a second step of signing in.
CREATE TABLE IF NOT EXISTS accounts.begun (
    token_hash bytea PRIMARY KEY,  -- sha256
    purpose text NOT NULL,
    account uuid REFERENCES accounts.account ON DELETE CASCADE,
    words jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Who asked for a link to set a new password. Without account: under an address that nobody has, for
-- which the same is done, so there is no reference to check either. One letter has one secret or more.
CREATE TABLE IF NOT EXISTS accounts.forgotten (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account uuid,
    secret_hashes bytea[] NOT NULL DEFAULT '{}',  -- sha256
    ends_at timestamptz NOT NULL
);

-- Letters that somebody does not want: 'confirmation' or 'reminder'. Also of people without account.
CREATE TABLE IF NOT EXISTS accounts.declined (
    person uuid NOT NULL,
    wish text NOT NULL,
    PRIMARY KEY (person, wish)
);

-- What somebody without an account has asked for, until the link in the letter is followed. Whoever
-- they say they are is known nowhere else yet; deleted when the link ends.
CREATE TABLE IF NOT EXISTS accounts.asked (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    language text NOT NULL,
    details jsonb NOT NULL,
    wanted jsonb NOT NULL,
    secret_hashes bytea[] NOT NULL DEFAULT '{}',  -- sha256
    ends_at timestamptz NOT NULL
);

-- Private links to one booking, to see and cancel it: of people without account, one for each letter.
CREATE TABLE IF NOT EXISTS accounts.booking_link (
    booking uuid PRIMARY KEY,
    secret_hashes bytea[] NOT NULL,  -- sha256
    ends_at timestamptz NOT NULL
);

-- Who wants to join the network, until the link in the letter is followed, and a day at most. Also
-- under addresses that have an account: their letter says so, and nobody else is told.
CREATE TABLE IF NOT EXISTS accounts.joining (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL,
    language text NOT NULL,
    details jsonb NOT NULL,
    suite text NOT NULL,
    secret_hashes bytea[] NOT NULL DEFAULT '{}',  -- sha256
    ends_at timestamptz NOT NULL
);

-- PostgreSQL would quote names and addresses in its statistics, where nobody could forget them.
ALTER TABLE accounts.account ALTER email SET STATISTICS 0;
ALTER INDEX accounts.account_by_email ALTER COLUMN 1 SET STATISTICS 0;
ALTER TABLE accounts.token ALTER label SET STATISTICS 0;
ALTER TABLE accounts.passkey ALTER label SET STATISTICS 0;
ALTER TABLE accounts.partner ALTER subject SET STATISTICS 0;
ALTER TABLE accounts.begun ALTER words SET STATISTICS 0;
ALTER TABLE accounts.asked ALTER email SET STATISTICS 0, ALTER details SET STATISTICS 0,
    ALTER wanted SET STATISTICS 0;
ALTER TABLE accounts.joining ALTER email SET STATISTICS 0, ALTER details SET STATISTICS 0;
