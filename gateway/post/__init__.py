"""Letters by e-mail: what happened, and what is soon, to whom it concerns. README.md says more."""
