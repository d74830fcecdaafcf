// What a browser remembers of choices. One that remembers nothing is fine too.

export function kept(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`colmenar.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`colmenar.${name}`, JSON.stringify(value));
  } catch {
    // full, or not allowed
  }
}
