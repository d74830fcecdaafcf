// Addresses of views: #/tasks/ID?state=FAILED

export function here() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return {
    segments: path.split('/').filter(each => each !== '').map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
}

/** @param query an object or URLSearchParams; what is empty is left out */
export function address(segments, query = {}) {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const kept = new URLSearchParams();
  for (const [name, value] of entries) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== '') {
        kept.append(name, each);
      }
    }
  }
  const path = `#/${[segments].flat().map(encodeURIComponent).join('/')}`;
  return kept.size > 0 ? `${path}?${kept}` : path;
}

export function go(to) {
  location.hash = to;
}
