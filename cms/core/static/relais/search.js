// After Back or Forward a browser may show boxes as they were ticked last, not as the address
// says. The address is right: put the form back to what the server sent.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.getElementById("recherche")?.reset();
});
