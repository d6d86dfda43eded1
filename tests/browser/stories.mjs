// What people do on the pages: a story is a name and what is done in a tab, over the rehearsal.
import assert from 'node:assert/strict';

export const STORIES = {
  'who looks for a name finds those that have it': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.type('input[name=q]', 'contoso');
    await tab.enter();
    assert.equal(new URL(await tab.url()).searchParams.get('q'), 'contoso');
    const rows = await tab.see(() => document.querySelector('table').innerText);
    assert.match(rows, /contoso\.example/);
    assert.doesNotMatch(rows, /county\.example/);
  },
  'who follows a state sees those that have it': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.click('a[href*="state=not_supported"]');
    const rows = await tab.see(() => document.querySelector('table').innerText);
    assert.match(rows, /bureau\.example/);
    assert.doesNotMatch(rows, /contoso\.example/);
  },
  'who follows a tenant comes to its own address': async (tab, base) => {
    await tab.open(`${base}/`);
    await tab.click('table a', 'agency.example');
    assert.match(await tab.url(), /tenants\/agency\.example\?cloud=usgov$/);
  },
  'the feed is one': async (tab, base) => {
    await tab.open(`${base}/events.atom`);
    assert.match(await tab.contentType(), /xml/);
    assert.deepEqual(tab.console, []);
  },
};
