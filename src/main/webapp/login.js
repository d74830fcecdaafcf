// Whoever had to log in comes to where he wanted to go: a redirect keeps the fragment of the form's address.
document.querySelector('form').action += location.hash;

if (location.search === '?refused') {
  document.getElementById('refused').textContent = 'There is no such access token of this user.';
}
