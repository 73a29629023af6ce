// Shows the API's description; reads only our own address.
addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api");
  SwaggerUIBundle({ domNode: place, url: place.dataset.description, deepLinking: true });
});
