// Pages work without this. With it, htmx puts the part of the answer that has changed in its place.

// An answer without that part is another page, such as the one to sign in at: go there.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (!answer.getElementById(detail.target.id)) {
    detail.shouldSwap = false;
    location.assign(detail.xhr.responseURL);
  }
});

// The server cannot be reached: let the browser say so, in its own words.
document.addEventListener("htmx:sendError", ({ detail }) => {
  location.assign(detail.pathInfo.requestPath);
});
