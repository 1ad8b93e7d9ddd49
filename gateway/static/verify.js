// Checks a bundle in the browser, as verify.py does on a laptop: the same rules in the same order, and
// the same words. The file is read from the disk of whoever chose it and sent nowhere.
//
// What it rests on: RFC 6962 (the tree), RFC 8032 (Ed25519), RFC 8785 (canonical JSON), and of C2SP
// signed-note, tlog-checkpoint, tlog-cosignature and tlog-policy. SHA-256 and SHA-512 are the browser's;
// Ed25519 is here, as not every browser has it. Like verify.py it shares nothing with the register.
"use strict";

const page = document.querySelector("[data-verify]");
const WORDS = JSON.parse(page.dataset.verify);

class Refused extends Error {}

/** A sentence in the language of the page, or as it is. {names} stand for values. */
function say(sentence, values = {}) {
  return (WORDS[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function refuse(sentence, values) {
  throw new Refused(say(sentence, values));
}

// Bytes

const utf8 = new TextEncoder();

function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("the file is not UTF-8");
  }
}

function joined(...parts) {
  const found = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    found.set(each, at);
    at += each.length;
  }
  return found;
}

function same(a, b) {
  return a.length === b.length && a.every((each, n) => each === b[n]);
}

function hex(bytes) {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (each) => parseInt(each, 16));
}

function unbase64(text) {
  let value;
  try {
    value = atob(text);
  } catch {
    refuse("something is not base64");
  }
  if (btoa(value) !== text) refuse("base64 could be written otherwise");
  return Uint8Array.from(value, (each) => each.charCodeAt(0));
}

async function digest(algorithm, bytes) {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}

// The tree (RFC 6962, 2.1)

const leafHash = (entry) => digest("SHA-256", joined([0], entry));
const nodeHash = (left, right) => digest("SHA-256", joined([1], left, right));

/** Sizes may be beyond 2**32, so this is arithmetic and not bits. */
function largestPowerBelow(size) {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

// Ed25519 (RFC 8032, 5.1). A point is [X, Y, Z, T] with x = X/Z, y = Y/Z and x*y = T/Z (5.1.4).

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (number, by = P) => ((number % by) + by) % by;

function power(base, exponent) {
  let found = 1n;
  for (base = mod(base); exponent; exponent >>= 1n) {
    if (exponent & 1n) found = (found * base) % P;
    base = (base * base) % P;
  }
  return found;
}

const D = mod(-121665n * power(121666n, P - 2n));

/** 5.1.4; it doubles as well. */
function add(a, b) {
  const r = mod((a[1] - a[0]) * (b[1] - b[0]));
  const s = mod((a[1] + a[0]) * (b[1] + b[0]));
  const t = mod(2n * a[3] * b[3] * D);
  const u = mod(2n * a[2] * b[2]);
  const [e, f, g, h] = [s - r, u - t, u + t, s + r];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, point) {
  let total = [0n, 1n, 1n, 0n];
  for (; number; number >>= 1n) {
    if (number & 1n) total = add(total, point);
    point = add(point, point);
  }
  return total;
}

function little(bytes) {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}

/** 5.1.2, as a number. */
function packedPoint(point) {
  const inverse = power(point[2], P - 2n);
  const [x, y] = [mod(point[0] * inverse), mod(point[1] * inverse)];
  return y | ((x & 1n) << 255n);
}

/** 5.1.3, or nothing where it is no point of the curve. */
function unpackedPoint(number) {
  const [odd, y] = [number >> 255n, number & ((1n << 255n) - 1n)];
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (y >= P || mod(x * x) !== square || (x === 0n && odd)) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const BASE = unpackedPoint(mod(4n * power(5n, P - 2n)));

/** 5.1.7 */
async function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = little(signature.subarray(32));
  const point = unpackedPoint(little(key));
  if (s >= L || !point) return false;
  const h = mod(little(await digest("SHA-512", joined(r, key, message))), L);
  const [x, y, z, t] = point;
  return packedPoint(add(times(s, BASE), times(h, [mod(-x), y, z, mod(-t)]))) === little(r);
}

// Keys and signed notes (C2SP signed-note)

const [SIGNS_TEXT, SIGNS_TIME, SIGNS_BEYOND_US] = [0x01, 0x04, 0x06];
const LENGTHS = { [SIGNS_TEXT]: 32, [SIGNS_TIME]: 32, [SIGNS_BEYOND_US]: 1312 };
const MOST_SIGNATURES = 64;
const NUMBER = "(0|[1-9][0-9]{0,18})";
// White space as Python's \s has it, which keys have none of.
const DARK = "[^\\s\\x1c-\\x1f\\x85]";

async function keyOf(text) {
  const found = new RegExp(`^((?:(?!\\+)${DARK})+)\\+([0-9a-f]{8})\\+(${DARK}+)$`).exec(text);
  if (!found) refuse("a key looks like name+0123abcd+base64");
  const [, name, stated, encoded] = found;
  const material = unbase64(encoded);
  if (!material.length || material.length - 1 !== LENGTHS[material[0]]) {
    refuse("the key of {name} is of no kind that is known here", { name });
  }
  const id = (await digest("SHA-256", joined(utf8.encode(name), [10], material))).subarray(0, 4);
  if (hex(id) !== stated) refuse("the key of {name} has another id, so a letter of it is wrong", { name });
  return { name, kind: material[0], public: material.subarray(1), id: stated };
}

/** Those of the trusted who signed. One wrong signature of one of them is enough to refuse. */
async function signers(text, lines, trusted) {
  const found = [];
  for (const [name, value] of lines) {
    for (const key of trusted) {
      if (name !== key.name || hex(value.subarray(0, 4)) !== key.id) continue;
      let [at, signature, signed] = [null, value.subarray(4), text];
      if (key.kind === SIGNS_TIME) {
        at = signature.subarray(0, 8).reduce((sum, each) => sum * 256n + BigInt(each), 0n);
        signature = signature.subarray(8);
        signed = `cosignature/v1\ntime ${at}\n${text}`;
      }
      if (!(await ed25519(key.public, utf8.encode(signed), signature))) {
        refuse("the signature of {name} is not of this text", { name });
      }
      found.push({ key, at });
    }
  }
  return found;
}

/** The text, and of each signature the name, and the key's id with the value. */
function parts(note) {
  const whole = decoded(note);
  if (/[\0-\x09\x0b-\x1f]/.test(whole)) refuse("there is a control character in the note");
  const blank = whole.lastIndexOf("\n\n");
  const under = whole.slice(blank + 2);
  if (blank < 0 || !under.endsWith("\n")) refuse("the note does not end with signatures");
  const lines = under.slice(0, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) {
    refuse("the note has more than {number} signatures", { number: MOST_SIGNATURES });
  }
  const form = new RegExp(`^\u2014 ((?:(?!\\+)${DARK})+) (${DARK}+)$`);
  const found = lines.map((line) => form.exec(line));
  const values = found.filter(Boolean).map(([, name, value]) => [name, unbase64(value)]);
  if (values.length < lines.length || values.some(([, value]) => value.length < 5)) {
    refuse("a line under the note is no signature");
  }
  return [`${whole.slice(0, blank)}\n`, values];
}

function checkpointOf(text) {
  const found = new RegExp(`^([^\\n]+)\\n${NUMBER}\\n([^\\n]+)\\n(?:[^\\n]+\\n)*$`).exec(text);
  if (!found || BigInt(found[2]) >= 2n ** 63n) {
    refuse("the note is no checkpoint: origin, size and root, one a line");
  }
  const size = Number(found[2]);
  if (!Number.isSafeInteger(size)) refuse("this register is too large for a browser: use verify.py");
  const root = unbase64(found[3]);
  if (root.length !== 32) refuse("a hash does not have 32 bytes");
  return { origin: found[1], size, root };
}

// Policies (C2SP tlog-policy)

const MOST_LINES = 1000;

/** Names mean something within the file alone, and need not be UTF-8: each byte is a letter. */
async function policyIn(bytes) {
  const text = Array.from(bytes, (each) => String.fromCharCode(each)).join("");
  if (/[^\t\n -~\x80-\xff]/.test(text) || !text.endsWith("\n")) {
    refuse("the policy has a control character, or its last line has no end");
  }
  const rules = { logs: [], witnesses: new Map(), groups: new Map(), quorum: [] };
  const lines = text.split("\n");
  if (lines.length > MOST_LINES) refuse("the policy has more than {number} lines", { number: MOST_LINES });
  for (const [n, line] of lines.entries()) {
    const [what, ...words] = line.split(/[ \t]+/).filter(Boolean);
    if (what === undefined || what.startsWith("#")) continue;
    try {
      await takeRule(rules, what, words);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      refuse("line {number} of the policy: {reason}", { number: n + 1, reason: reason.message });
    }
  }
  if (rules.quorum.length !== 1) refuse("a policy says one quorum");
  return rules;
}

async function takeRule(rules, what, words) {
  const named = new Set(["none", ...rules.witnesses.keys(), ...rules.groups.keys()]);
  if (what === "log" && [1, 2].includes(words.length)) {
    rules.logs.push(await newKey(rules, words[0], SIGNS_TEXT));
  } else if (what === "witness" && [2, 3].includes(words.length)) {
    if (named.has(words[0])) refuse("the name is taken");
    rules.witnesses.set(words[0], await newKey(rules, words[1], SIGNS_TIME));
  } else if (what === "group" && words.length > 2) {
    const [name, least, ...members] = words;
    const before = [...rules.groups.values()].flatMap((each) => each.members);
    if (named.has(name) || members.some((each) => !named.has(each) || each === "none")) {
      refuse("the name is taken, or a member is not defined before");
    }
    if (new Set([...before, ...members]).size < before.length + members.length) {
      refuse("somebody is a member twice");
    }
    if (!/^(all|any|[1-9][0-9]{0,5})$/.test(least)) {
      refuse("how many of a group are needed is all, any or a number");
    }
    const needed = { all: members.length, any: 1 }[least] ?? Number(least);
    if (needed > members.length) refuse("more of a group are needed than there are");
    rules.groups.set(name, { needed, members });
  } else if (what === "quorum" && words.length === 1 && named.has(words[0])) {
    rules.quorum.push(words[0]);
  } else {
    refuse("it is no log, witness, group or quorum of what stands before");
  }
}

async function newKey(rules, letters, kind) {
  const key = await keyOf(decoded(Uint8Array.from(letters, (each) => each.charCodeAt(0))));
  if (key.kind !== kind && key.kind !== SIGNS_BEYOND_US) {
    refuse("logs and witnesses sign in other ways than this key");
  }
  if ([...rules.logs, ...rules.witnesses.values()].some((each) => same(each.public, key.public))) {
    refuse("the key is there already");
  }
  return key;
}

/** The log that signed, by its own words, and that it did. */
async function signedCheckpoint(rules, note) {
  const [text, lines] = parts(note);
  const head = checkpointOf(text);
  const by = (key) => lines.some(([name, value]) => name === key.name && hex(value.subarray(0, 4)) === key.id);
  const log = rules.logs.find((key) => key.kind === SIGNS_TEXT && key.name === head.origin && by(key));
  if (!log) refuse("no log of the policy signed this as {origin} with Ed25519", { origin: head.origin });
  return [head, await signers(text, lines, [log])];
}

async function settlement(rules, note) {
  const all = [...rules.witnesses.values()];
  const able = all.filter((each) => each.kind === SIGNS_TIME);
  const unable = all.filter((each) => each.kind !== SIGNS_TIME).map((each) => each.name);
  const [text, lines] = parts(note);
  const found = await signers(text, lines, able);
  const keys = new Set(found.map((each) => each.key));
  const reached = new Set(["none"]);
  for (const [name, key] of rules.witnesses) if (keys.has(key)) reached.add(name);
  for (const [name, { needed, members }] of rules.groups) {
    if (members.filter((each) => reached.has(each)).length >= needed) reached.add(name);
  }
  if (!reached.has(rules.quorum[0])) {
    const silent = able.filter((each) => !keys.has(each)).map((each) => each.name);
    const signed = [...keys].map((each) => each.name);
    const over = unable.length ? ` ${say("Passed over, as their keys are of ML-DSA-44: {names}.", { names: unable.join(", ") })}` : "";
    refuse("too few witnesses signed for the checkpoint to be settled. Signed: {signed}. Did not sign: {silent}", {
      signed: signed.join(", ") || say("no witness"),
      silent: (silent.join(", ") || say("nobody else")) + (over && `.${over}`.replace(/\.$/, "")),
    });
  }
  const said = [say("It is settled: as many signed as the policy asks for.")];
  if (unable.length) said.push(say("Passed over, as their keys are of ML-DSA-44: {names}.", { names: unable.join(", ") }));
  return [found, said];
}

// Canonical JSON (RFC 8785): numbers and texts are written as ECMAScript writes them

function parsed(line) {
  const text = decoded(line);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("it is not JSON");
  }
  let written;
  try {
    written = canonical(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse("a number in it could be written otherwise, or it is nested deeply");
  }
  if (written !== text) {
    let at = 0;
    while (at < text.length && text[at] === written[at]) at += 1;
    const byte = utf8.encode(text.slice(0, at)).length + 1;
    refuse("byte {byte} of it could be written otherwise, or a name stands twice", { byte });
  }
  return value;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "string" && /\p{Cs}/u.test(value)) refuse("half of a character is in it");
  return JSON.stringify(value);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Bundles: a zip that is written in one way only, see verify.py

const FILES = ["README.txt", "bundle.json", "checkpoint", "proof.txt", "leaves", "facts.jsonl",
  "disclosed.jsonl", "facts.csv", "facts.parquet", "prov.json", "index.html", "verify.py"];
const NOT_CHECKED = ["README.txt", "facts.parquet", "prov.json", "index.html", "verify.py"];
const LARGEST_BUNDLE = 2 ** 32 - 1;
const LARGEST_FILE = 1_000_000;
const LARGEST_CLAIMS = 16_000_000;
const LARGEST_DISCLOSED = 16_000_000;
const LONGEST_LINE = 65_535;
const LONGEST_ROW = 2 * LONGEST_LINE + 1_000;
const MOST_FACTS = 10_000_000;
const MOST_RANGES = 500_000;
const MOST_GROUPS = 250_000;
const AT_ONCE = 1_024;

/** Numbers of 2 and 4 bytes, the least byte first: pack([2, 20], [4, 7]). */
function pack(...fields) {
  return Uint8Array.from(fields.flatMap(([bytes, value]) =>
    Array.from({ length: bytes }, (_, n) => Math.floor(value / 256 ** n) % 256)));
}

const two = (...values) => pack(...values.map((each) => [2, each]));
const four = (...values) => pack(...values.map((each) => [4, each]));

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

class Bundle {
  static async opened(file) {
    const bundle = new Bundle();
    bundle.file = file;
    bundle.files = new Map();
    if (file.size > LARGEST_BUNDLE) refuse("a bundle has at most {number} bytes", { number: LARGEST_BUNDLE });
    const table = FILES.reduce((sum, name) => sum + 46 + name.length, 0);
    let start = file.size - 22 - table;
    const end = joined([80, 75, 5, 6], two(0, 0, FILES.length, FILES.length), four(table, Math.max(start, 0)), two(0));
    if (start < 0 || !same(await bundle.read(file.size - 22, 22), end)) {
      refuse("the zip is cut off, or is not written as a bundle is");
    }
    const endOfFiles = start;
    let at = 0;
    for (const name of FILES) {
      const entry = await bundle.read(start, 46 + name.length);
      const [crc, packed, size] = [16, 20, 24].map((place) => new DataView(entry.buffer).getUint32(place, true));
      const common = joined(two(20, 0, 8, 0, 33), four(crc, packed, size), two(name.length, 0));
      const letters = utf8.encode(name);
      const central = joined([80, 75, 1, 2], two(788), common, two(0, 0, 0), four(0o100644 * 65536, at), letters);
      const local = joined([80, 75, 3, 4], common, letters);
      if (!same(entry, central) || !same(await bundle.read(at, local.length), local)) {
        refuse("the zip is not written as a bundle is, from {name} on", { name });
      }
      bundle.files.set(name, { at: at + local.length, packed, size, crc });
      [start, at] = [start + entry.length, at + local.length + packed];
      if (at > file.size) refuse("{name} is cut off", { name });
    }
    if (at !== endOfFiles) refuse("something is between the files of the zip");
    return bundle;
  }

  async read(at, length) {
    return new Uint8Array(await this.file.slice(at, at + length).arrayBuffer());
  }

  /** A file piece by piece, and never more of it than the zip says. */
  async *content(name) {
    const { at, packed, size, crc } = this.files.get(name);
    const unpacked = this.file.slice(at, at + packed).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const reader = unpacked.getReader();
    let [read, found] = [0, 0xffffffff];
    try {
      for (;;) {
        let next;
        try {
          next = await reader.read();
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          refuse("{name} cannot be unpacked", { name });
        }
        if (next.done) break;
        read += next.value.length;
        if (read > size) refuse("{name} is longer or shorter than the zip says", { name });
        for (const each of next.value) found = CRC[(found ^ each) & 255] ^ (found >>> 8);
        yield next.value;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
    if (read !== size || (found ^ 0xffffffff) >>> 0 !== crc) refuse("{name} is not what the zip says it is", { name });
  }

  async whole(name, largest = LARGEST_FILE) {
    if (this.files.get(name).size > largest) refuse("{name} is longer than {number} bytes", { name, number: largest });
    const pieces = [];
    for await (const each of this.content(name)) pieces.push(each);
    return joined(...pieces);
  }

  async *lines(name, longest = LONGEST_LINE) {
    let [rest, number] = [new Uint8Array(), 0];
    const check = (length, line) => {
      const values = { number: line, name, longest };
      if (length > longest) refuse("line {number} of {name} is longer than {longest} bytes", values);
    };
    for await (const piece of this.content(name)) {
      const data = joined(rest, piece);
      let from = 0;
      for (let to = data.indexOf(10); to >= 0; to = data.indexOf(10, from)) {
        number += 1;
        check(to - from, number);
        yield data.subarray(from, to);
        from = to + 1;
      }
      rest = data.subarray(from);
      check(rest.length, number + 1);
    }
    if (rest.length) refuse("the last line of {name} is cut off", { name });
  }
}

/** The lines one by one, without a loop around them. */
async function next(lines) {
  const found = await lines.next();
  return found.done ? null : found.value;
}

// One proof for all entries of a bundle

async function proofOfEntries(lines, size) {
  const ranges = [];
  if ((await nextText(lines)) !== "essaim/entries-proof@v1") {
    refuse("proof.txt is not of the form {form}", { form: "essaim/entries-proof@v1" });
  }
  const form = new RegExp(`^entries ${NUMBER} ${NUMBER}$`);
  let [line, before, number] = [await nextText(lines), -1, 0];
  for (let found = form.exec(line); found; found = form.exec(line)) {
    const [start, end] = [Number(found[1]), Number(found[2]) + 1];
    if (!(before < start && start < end && end <= size) || ranges.length === MOST_RANGES) {
      refuse("the ranges of proof.txt are not in order, not apart or too many");
    }
    ranges.push([start, end]);
    number += end - start;
    [line, before] = [await nextText(lines), end];
  }
  if (!ranges.length || number > MOST_FACTS) {
    refuse("proof.txt is not about 1 to {number} entries", { number: MOST_FACTS });
  }
  const hashes = [];
  for (; line !== null; line = await nextText(lines)) {
    const value = unbase64(line);
    if (value.length !== 32) refuse("a hash does not have 32 bytes");
    hashes.push(value);
  }
  return [ranges, number, hashes];
}

async function nextText(lines) {
  const line = await next(lines);
  return line === null ? null : decoded(line);
}

async function rootOver(ranges, size, leaves, hashes) {
  const left = ranges.slice().reverse();
  let [leaf, hash] = [0, 0];
  const taken = (from, at) => from[at] ?? refuse("proof.txt or leaves is too short");
  const walk = async (start, end) => {
    while (left.length && left.at(-1)[1] <= start) left.pop();
    if (!left.length || left.at(-1)[0] >= end) return taken(hashes, hash++);
    if (end - start === 1) return taken(leaves, leaf++);
    const middle = start + largestPowerBelow(end - start);
    // What is small is hashed all at once; the order in which leaves are taken is the same.
    let one = walk(start, middle);
    if (end - start > AT_ONCE) one = await one;
    return nodeHash(...(await Promise.all([one, walk(middle, end)])));
  };
  const root = await walk(0, size);
  if (hash < hashes.length || leaf < leaves.length) refuse("proof.txt or leaves is too long");
  return root;
}

async function leavesOf(bundle, number) {
  if (bundle.files.get("leaves").size !== 32 * number) {
    refuse("leaves has not one hash for each entry of proof.txt");
  }
  const all = await bundle.whole("leaves", 32 * number);
  return Array.from({ length: number }, (_, n) => all.subarray(32 * n, 32 * n + 32));
}

// Facts (CloudEvents 1.0), and what is claimed of them

const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?Z";
const ENVELOPE = new RegExp([
  '^\\{"by":"(?<by>[^"\\\\\\x00-\\x1f]{1,200})",',
  '(?:"data":(?<data>\\{.*\\}),)?',
  '"datacontenttype":"application/json",',
  '(?:"datasha256":"(?<datasha256>[0-9a-f]{64})",)?',
  '(?:"dataversion":[1-9]\\d{0,5},)?',
  '"id":"(?<subject>[0-9a-f\\-]{36})/(?<version>[1-9]\\d{0,9})",',
  '"sequence":"(?<position>\\d{20})",',
  '"source":"/(?<service>[a-z_]{1,40})",',
  '"specversion":"1\\.0",',
  '"subject":"\\k<subject>",',
  '(?:"subjecttype":"[^"]{1,200}",)?',
  `"time":"(?<time>${TIME})",`,
  '(?:"traceparent":"[^"]{1,100}",)?',
  '"type":"(?<type>\\k<service>\\.[A-Za-z]{1,100})"\\}$',
].join(""), "su");
const HEADINGS = '\ufeff"entry","service","position","time","type","subject","version","by","data"\r';

function factIn(line) {
  const value = parsed(line);
  const found = ENVELOPE.exec(decoded(line));
  if (!found) refuse("it is not written as facts are");
  const { data, datasha256, position, version, ...about } = found.groups;
  if ((data === undefined) === (datasha256 === undefined)) refuse("it has no data, or data and their hash");
  const text = data ?? datasha256;
  return { ...about, position: BigInt(position), version: Number(version), text, data: value.data ?? {} };
}

function row(index, fact) {
  const by = /^[=+\-@]/.test(fact.by) ? `'${fact.by}` : fact.by;
  const about = [fact.service, fact.position, fact.time, fact.type, fact.subject, fact.version, by];
  return `"${[index, ...about, fact.text.replaceAll('"', '""')].join('","')}"\r`;
}

class Tally {
  facts = 0;
  services = {};
  types = new Map();
  bookings = { made: 0, cents: 0 };
  checkIns = { number: 0, half_days: 0 };
  passes = new Map();
  settlements = { lines: 0, cents: 0 };
  attended = new Map();

  take(fact) {
    this.facts += 1;
    this.takePlace(fact.service, fact.position);
    const { type, data } = fact;
    this.types.set(type, (this.types.get(type) ?? 0) + 1);
    if (type === "bookings.BookingMade") {
      this.bookings.made += 1;
      this.bookings.cents += amount(data, "price_cents");
    } else if (type === "bookings.CheckedIn") {
      this.checkIns.number += 1;
      this.checkIns.half_days += amount(data, "half_days");
    } else if (type === "mobility.VisitRecorded") {
      this.passes.set(fact.subject, (this.passes.get(fact.subject) ?? 0) + amount(data, "half_days"));
    } else if (type === "mobility.SettlementLineAdded") {
      this.settlements.lines += 1;
      this.settlements.cents += amount(data, "amount_cents");
    } else if (type === "training.AttendanceRecorded") { // what is recorded again replaces the earlier
      const about = ["person_id", "day", "half"].map((name) => data[name] ?? null);
      this.attended.set(canonical([fact.subject, ...about]), amount(data, "minutes"));
    }
    if (Math.max(this.types.size, this.passes.size, this.attended.size) > MOST_GROUPS) {
      refuse("there are more than {number} of something that is counted apart", { number: MOST_GROUPS });
    }
  }

  takePlace(service, position) {
    const place = (this.services[service] ??= { facts: 0, first: position, last: 0n });
    if (position <= place.last) {
      refuse("it is out of order: {service} was at position {position} already", { service, position: place.last });
    }
    place.facts += 1;
    place.last = position;
  }

  figures() {
    const minutes = [...this.attended.values()];
    const places = Object.entries(this.services).map(([name, { facts, first, last }]) =>
      [name, { facts, first: Number(first), last: Number(last) }]);
    return {
      services: Object.fromEntries(places),
      types: Object.fromEntries(this.types),
      bookings: this.bookings,
      check_ins: this.checkIns,
      attendance: { half_days: minutes.filter(Boolean).length, minutes: sum(minutes) },
      passes: Object.fromEntries(this.passes),
      settlements: this.settlements,
    };
  }
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

function amount(data, name) {
  if (!Number.isSafeInteger(data[name]) || data[name] < 0) refuse("its {name} is no number", { name });
  return data[name];
}

function claimsIn(bytes) {
  let claims;
  try {
    claims = parsed(bytes);
  } catch (reason) {
    if (!(reason instanceof Refused)) throw reason;
    refuse("bundle.json: {reason}", { reason: reason.message });
  }
  const names = "disclosed facts figures form origin period scope size";
  const whole = ["disclosed", "facts", "size"];
  if (
    !isObject(claims) || Object.keys(claims).sort().join(" ") !== names ||
    !whole.every((name) => Number.isSafeInteger(claims[name])) ||
    ![claims.form, claims.origin].every((each) => typeof each === "string") ||
    ![claims.figures, claims.period, claims.scope].every(isObject)
  ) refuse("bundle.json is not of the form {form}", { form: "essaim/bundle@v1" });
  const { scope, period } = claims;
  if (
    Object.keys(scope).sort().join(" ") !== "names of" ||
    !["everything", "services", "subjects"].includes(scope.of) || !Array.isArray(scope.names) ||
    scope.names.some((each) => typeof each !== "string") || (scope.names.length > 0) !== (scope.of !== "everything")
  ) refuse("bundle.json does not say what it is about");
  const isMoment = (each) => each === null || (typeof each === "string" && new RegExp(`^${TIME}$`).test(each));
  if (Object.keys(period).sort().join(" ") !== "facts from until" || ![period.from, period.until].every(isMoment)) {
    refuse("the period in bundle.json is none");
  }
  return claims;
}

/** Undefined stands for what is not there. */
function compare(claimed, found, name = "") {
  if (isObject(claimed) && isObject(found)) {
    for (const each of [...new Set([...Object.keys(claimed), ...Object.keys(found)])].sort()) {
      const own = (value) => (Object.hasOwn(value, each) ? value[each] : undefined);
      compare(own(claimed), own(found), name ? `${name}.${each}` : each);
    }
  } else {
    const [said, says] = [claimed, found].map((each) => (each === undefined ? "nothing" : canonical(each)));
    if (said === says && (claimed === undefined) === (found === undefined)) return;
    const values = { name, said: said.slice(0, 200), says: says.slice(0, 200) };
    refuse("bundle.json claims as {name} {said}, and it is {says}", values);
  }
}

class Scope {
  constructor({ of, names }) {
    this.of = of;
    this.versions = new Map(names.map((each) => [each, 0]));
  }

  take(fact) {
    if (this.of === "everything") return;
    const about = this.of === "services" ? fact.service : fact.subject;
    if (!this.versions.has(about)) refuse("it is not about what bundle.json says");
    const version = this.versions.get(about) + 1;
    if (this.of === "subjects" && fact.version !== version) {
      refuse("version {version} of {about} is missing before it", { version, about });
    }
    this.versions.set(about, fact.version);
  }

  said(ranges, services) {
    const said = [];
    for (const [name, version] of this.versions) {
      if (!version) refuse("there is no fact of {name}, which bundle.json is about", { name });
    }
    const [first, last] = [ranges[0][0], ranges.at(-1)[1] - 1];
    if (this.of === "everything") {
      if (ranges.length > 1) refuse("entry {entry} is left out of a bundle of everything", { entry: ranges[0][1] });
      said.push(say("It has every entry from {first} to {last}: nothing between them is left out.", { first, last }));
    } else if (this.of === "subjects") {
      for (const [name, version] of this.versions) {
        said.push(say("It has versions 1 to {version} of {name}, every one.", { version, name }));
      }
      said.push(say("Whether there are later ones, only a bundle of everything shows."));
    }
    for (const service of Object.keys(services).sort()) {
      const place = services[service];
      const skipped = place.last - place.first + 1n - BigInt(place.facts);
      const values = { service, ...place, skipped };
      if (this.of !== "services") said.push(say("{service}: {facts} facts, in order.", values));
      else if (skipped) {
        said.push(say("{service}: {facts} facts, in order; of the positions {first} to {last}, {skipped} are not there, and only a bundle of everything shows why.", values));
      } else {
        said.push(say("{service}: {facts} facts, in order, and every one between positions {first} and {last}.", values));
      }
    }
    return said;
  }
}

class Disclosed {
  number = 0;
  left = new Map();

  static async in(lines) {
    const disclosed = new Disclosed();
    for await (const line of lines) {
      disclosed.number += 1;
      try {
        const told = parsed(line);
        await checkDisclosed(told);
        const several = disclosed.left.get(told.fact) ?? [];
        disclosed.left.set(told.fact, [...several, [disclosed.number, told]]);
      } catch (reason) {
        if (!(reason instanceof Refused)) throw reason;
        refuse("line {number} of disclosed.jsonl: {reason}", { number: disclosed.number, reason: reason.message });
      }
    }
    return disclosed;
  }

  take(fact) {
    const id = `${fact.subject}/${fact.version}`;
    for (const [number, told] of this.left.get(id) ?? []) {
      const several = fact.data.commitments;
      const one = isObject(several) && Object.hasOwn(several, told.field) ? several[told.field] : null;
      const known = told.field === null ? fact.data.commitment : one;
      if (known !== told.commitment || fact.subject !== told.subject) {
        refuse("line {number} of disclosed.jsonl is not what the fact commits to", { number });
      }
    }
    this.left.delete(id);
  }

  checkAllTaken() {
    for (const [[number, { fact }]] of this.left.values()) {
      refuse("line {number} of disclosed.jsonl is about a fact that is not in the bundle, {fact}", { number, fact });
    }
  }
}

async function checkDisclosed(told) {
  const names = "commitment fact field salt subject value";
  const texts = isObject(told) ? [told.subject, told.fact, told.salt, told.commitment] : [null];
  if (
    texts.some((each) => typeof each !== "string") || Object.keys(told).sort().join(" ") !== names ||
    !texts.slice(2).every((each) => /^[0-9a-f]{64}$/.test(each)) || !(told.field === null || typeof told.field === "string")
  ) refuse("it is not as details are disclosed");
  const value = joined(unhex(told.salt), utf8.encode(canonical(told.value)));
  if (hex(await digest("SHA-256", value)) !== told.commitment) {
    refuse("its value and its salt are not what its commitment says");
  }
}

/** Each line of facts.jsonl, of which entry it is, and where that is, in words. */
async function* linesOfEntries(bundle, ranges, leaves) {
  const lines = bundle.lines("facts.jsonl");
  let number = 0;
  const indexes = (function* () {
    for (const [start, end] of ranges) for (let index = start; index < end; index += 1) yield index;
  })();
  for (;;) {
    const some = [];
    while (some.length < AT_ONCE) {
      const { value: index, done } = indexes.next();
      if (done) break;
      const line = await next(lines);
      some.push([index, line, line && leafHash(line)]);
      if (line === null) break;
    }
    if (!some.length) break;
    for (const [index, line, hashing] of some) {
      if (line === null) {
        refuse("facts.jsonl ends after line {number}, and entry {entry} is missing", { number, entry: index });
      }
      number += 1;
      let where = say("line {number} of facts.jsonl, entry {entry} of the register", { number, entry: index });
      const hashed = await hashing;
      if (!same(hashed, leaves[number - 1])) {
        const known = /"id":"([0-9a-f-]{36}\/[0-9]{1,10})"/.exec(new TextDecoder().decode(line));
        if (known) where += say(", which calls itself fact {fact}", { fact: known[1] });
        if (leaves[number] && same(hashed, leaves[number])) {
          refuse("{where}, is the next entry: one was left out, or they change places", { where });
        }
        try {
          parsed(line);
        } catch (reason) {
          if (!(reason instanceof Refused)) throw reason;
          refuse("{where}, is not what was registered: {reason}", { where, reason: reason.message });
        }
        refuse("{where}, is not what was registered", { where });
      }
      yield [index, line, where];
    }
  }
  if ((await next(lines)) !== null) {
    refuse("line {number} of facts.jsonl is none of these entries: it was added", { number: number + 1 });
  }
}

async function checkBundle(bundle, head) {
  const claims = claimsIn(await bundle.whole("bundle.json", LARGEST_CLAIMS));
  const [ranges, number, hashes] = await proofOfEntries(bundle.lines("proof.txt"), head.size);
  const leaves = await leavesOf(bundle, number);
  const leadsUp = same(await rootOver(ranges, head.size, leaves, hashes), head.root);
  const entries = linesOfEntries(bundle, ranges, leaves);
  if (!leadsUp) {
    while ((await next(entries)) !== null); // perhaps it can be told which one it is
    refuse("leaves and proof.txt do not lead to the root that was signed. One of the three was altered, or a line together with its leaf, and then nobody can tell which");
  }
  if (bundle.files.get("disclosed.jsonl").size > LARGEST_DISCLOSED) {
    refuse("{name} is longer than {number} bytes", { name: "disclosed.jsonl", number: LARGEST_DISCLOSED });
  }
  const disclosed = await Disclosed.in(bundle.lines("disclosed.jsonl"));
  const [scope, tally] = [new Scope(claims.scope), new Tally()];
  const { from, until } = claims.period;
  let inside = 0;
  const table = bundle.lines("facts.csv", LONGEST_ROW);
  checkRow(await next(table), HEADINGS, 1);
  for await (const [index, line, where] of entries) {
    let fact;
    try {
      fact = factIn(line);
      tally.take(fact);
      scope.take(fact);
      disclosed.take(fact);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      refuse("{where}: {reason}", { where, reason: reason.message });
    }
    const at = fact.time.slice(0, -1);
    if ((from === null || at >= from.slice(0, -1)) && (until === null || at < until.slice(0, -1))) inside += 1;
    checkRow(await next(table), row(index, fact), tally.facts + 1);
  }
  if ((await next(table)) !== null) refuse("facts.csv has more lines than there are facts");
  disclosed.checkAllTaken();
  const figures = tally.figures();
  const found = { form: "essaim/bundle@v1", origin: head.origin, size: head.size, facts: tally.facts };
  Object.assign(found, { period: { from, until, facts: inside }, scope: claims.scope });
  compare(claims, { ...found, disclosed: disclosed.number, figures });
  const said = [say("This bundle has {facts} of them, each as it was registered.", { facts: tally.facts })];
  said.push(...scope.said(ranges, tally.services));
  if (from !== null || until !== null) {
    const values = { inside, from: from ?? say("the beginning"), until: until ?? say("the last") };
    said.push(say("{inside} of them say that they were recorded from {from} until {until}.", values));
  }
  said.push(say("The figures in bundle.json are what the facts say:"), ...told(figures));
  if (disclosed.number) {
    said.push(say("{number} details are disclosed, each as it was when it was recorded.", { number: disclosed.number }));
  }
  said.push(say("facts.csv says what the facts say."));
  said.push(say("Made from the facts as well, and not looked at: {names}.", { names: NOT_CHECKED.join(", ") }));
  return said;
}

function checkRow(found, expected, number) {
  if (found === null || !same(found, utf8.encode(expected))) {
    refuse("line {number} of facts.csv is not what the facts say", { number });
  }
}

function told({ bookings, check_ins: checkIns, attendance, passes, settlements }) {
  const values = Object.values(passes);
  return [
    say("  {number} bookings of {euros} EUR", { number: bookings.made, euros: euros(bookings.cents) }),
    say("  {number} half-days in a space", { number: checkIns.half_days }),
    say("  {number} half-days of training attended", { number: attendance.half_days }),
    say("  {number} half-days across the border with {passes} passes", { number: sum(values), passes: values.length }),
    say("  {number} settled for {euros} EUR", { number: settlements.lines, euros: euros(settlements.cents) }),
  ];
}

function euros(cents) {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}

function when(at) {
  if (!at) return "";
  const moment = new Date(Number(at) * 1000);
  const year = moment.getUTCFullYear();
  if (!(year <= 9999)) return say(" at {moment}", { moment: at });
  return say(" at {moment}", { moment: `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC` });
}

/** What holds, sentence by sentence. Refused is thrown where something does not. */
async function verdict(file, policy) {
  const rules = await policyIn(utf8.encode(policy));
  const bundle = await Bundle.opened(file);
  const note = await bundle.whole("checkpoint");
  const [head, found] = await signedCheckpoint(rules, note);
  const [witnesses, settled] = await settlement(rules, note);
  const said = await checkBundle(bundle, head);
  const names = [...found, ...witnesses].map(({ key, at }) => say("Signed by {name}{when}.", { name: key.name, when: when(at) }));
  return [say("{origin} has {size} entries.", head), ...settled, ...names, ...said];
}

// The page

const form = page.querySelector("form");
const answer = page.querySelector("[data-answer]");

/** Nothing is ever said to hold that was not looked at. */
async function check(file) {
  answer.hidden = false;
  answer.className = "card";
  shown(say("It is being checked …"), []);
  try {
    const said = await verdict(file, form.elements.policy.value.trim().replace(/\r\n?/g, "\n") + "\n");
    answer.classList.add("done");
    shown(say("It holds."), said);
  } catch (reason) {
    answer.classList.add("trouble");
    if (reason instanceof Refused) shown(say("It does not hold."), [reason.message]);
    else shown(say("This could not be checked here. Use verify.py."), [String(reason)]);
  }
}

function shown(heading, sentences) {
  const list = answer.querySelector("ul");
  answer.querySelector("h2").textContent = heading;
  list.replaceChildren(...sentences.map((each) => {
    const item = document.createElement("li");
    item.textContent = each;
    return item;
  }));
}

if (window.DecompressionStream && window.crypto?.subtle) {
  form.hidden = false;
  page.querySelector("[data-unable]").hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.elements.file.files.length) check(form.elements.file.files[0]);
  });
  const drop = page.querySelector("[data-drop]");
  for (const kind of ["dragover", "drop"]) drop.addEventListener(kind, (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length !== 1) return;
    form.elements.file.files = event.dataTransfer.files;
    check(event.dataTransfer.files[0]);
  });
}
