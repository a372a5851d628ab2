// The page works without this file, by being loaded anew: it does that by itself while a file is taken in and somebody looks.
setInterval(() => {
  if (!document.hidden) location.reload();
}, 2000);
