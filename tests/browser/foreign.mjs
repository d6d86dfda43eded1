// Whether anything on a page is there because of what others wrote: what a page is made of over
// hostile texts is compared with what it is made of over harmless ones.

// The kinds of its elements: "a[class href]", with where an address leads.
function kindsHere() {
  const kind = one => {
    const attributes = one.getAttributeNames().sort().join(' ');
    const address = one.getAttribute('href') ?? one.getAttribute('src') ?? one.getAttribute('action');
    const protocol = address === null ? '' : ` ${new URL(address, document.baseURI).protocol}`;
    return `${one.localName}[${attributes}]${protocol}`;
  };
  return [...new Set([...document.querySelectorAll('*')].map(kind))];
}

// Of an answer that isn't HTML: nothing, whatever the browser makes of it.
export async function kinds(tab) {
  return (await tab.contentType()) === 'text/html' ? await tab.see(kindsHere) : [];
}

// What only hostile texts have brought, with what they had the browser do.
export async function foreign(tab, known, base) {
  const allowed = ({url, type}) =>
    (type === 'Document' && url.startsWith(base)) || url.startsWith('data:') || isIcon(url, base);
  return [
    ...tab.dialogs.map(text => `a dialog: ${text}`),
    ...tab.requests.filter(one => !allowed(one)).map(({url}) => `a request for ${url}`),
    ...(await kinds(tab)).filter(kind => !known.has(kind)).map(kind => `a foreign ${kind}`),
  ];
}

const isIcon = (url, base) => /^\/favicon\.(ico|svg|png)$/.test(url.slice(base.length));
