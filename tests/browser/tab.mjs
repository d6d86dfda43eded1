// A tab of the browser: opens pages, clicks and types as people do, and notes what nobody should
// have to see: messages in the console, dialogs, and requests for more than the page itself.

const LATE = 20_000; // ms
export const LIGHT = 'light';
export const DARK = 'dark';

// work(tab) in a tab of its own. `ignoreCsp`: as if the page's policy forbade nothing.
export function inTab(chromium, {width, height = 900, scheme = LIGHT, ignoreCsp = false}, work) {
  return chromium.withPage(width, height, async page => {
    const tab = new Tab(page);
    await page.ask('Emulation.setEmulatedMedia', {
      features: [{name: 'prefers-color-scheme', value: scheme}],
    });
    if (ignoreCsp) await page.ask('Page.setBypassCSP', {enabled: true});
    return await work(tab);
  });
}

class Tab {
  #page;
  #waiting = []; // for the end of a load
  console = [];
  dialogs = [];
  requests = []; // {url, type}

  constructor(page) {
    this.#page = page;
    page.hears(message => this.#hear(message));
  }

  #hear({method, params}) {
    if (method === 'Page.loadEventFired') this.#waiting.splice(0).forEach(loaded => loaded());
    if (method === 'Page.javascriptDialogOpening') {
      this.dialogs.push(params.message);
      this.#page.ask('Page.handleJavaScriptDialog', {accept: true}).catch(() => {});
    }
    if (method === 'Network.requestWillBeSent')
      this.requests.push({url: params.request.url, type: params.type});
    if (method === 'Runtime.consoleAPICalled')
      this.console.push(params.args.map(arg => arg.value ?? arg.description).join(' '));
    if (method === 'Runtime.exceptionThrown')
      this.console.push(
        params.exceptionDetails.exception?.description ?? params.exceptionDetails.text,
      );
    if (method === 'Log.entryAdded')
      this.console.push(`${params.entry.text} ${params.entry.url ?? ''}`);
  }

  forget() {
    for (const notes of [this.console, this.dialogs, this.requests]) notes.length = 0;
  }

  ask(method, params) {
    return this.#page.ask(method, params);
  }

  // What a function gives in the page, called with these arguments.
  see(look, ...given) {
    const list = given.map(one => JSON.stringify(one)).join(',');
    return this.#page.evaluate(`(${look})(${list})`);
  }

  run(source) {
    return this.#page.evaluate(source);
  }

  async #loaded(begin, what = 'what was to follow') {
    const over = new Promise((loaded, failed) => {
      const late = setTimeout(() => failed(new Error(`${what} was not loaded`)), LATE);
      this.#waiting.push(() => (clearTimeout(late), loaded()));
    });
    over.catch(() => {}); // where `begin` fails first
    await begin();
    await over;
  }

  open(url) {
    return this.#loaded(async () => {
      const {errorText} = await this.ask('Page.navigate', {url});
      if (errorText) throw new Error(`${url}: ${errorText}`);
    }, url);
  }

  url() {
    return this.see(() => location.href);
  }
  title() {
    return this.see(() => document.title);
  }
  // What is to be seen, blanks and line ends in a row as one space.
  async text() {
    return (await this.see(() => document.body.innerText)).replace(/\s+/g, ' ');
  }
  contentType() {
    return this.see(() => document.contentType);
  }

  // Where the middle of the first visible element is that a selector finds; with `words`, of those
  // whose whole text that is.
  async #middle(selector, words) {
    const middle = await this.see(
      (selector, words) => {
        const one = [...document.querySelectorAll(selector)].find(
          one =>
            one.getClientRects().length > 0 &&
            (words === null || one.innerText.replace(/\s+/g, ' ').trim() === words),
        );
        if (!one) return null;
        one.scrollIntoView({block: 'center'});
        const {x, y, width, height} = one.getClientRects()[0];
        return {x: x + width / 2, y: y + height / 2};
      },
      selector,
      words ?? null,
    );
    if (!middle) throw new Error(`no ${selector} ${words ? `"${words}" ` : ''}on ${await this.url()}`);
    return middle;
  }

  // What doesn't lead anywhere.
  async press(selector, words) {
    const middle = await this.#middle(selector, words);
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.ask('Input.dispatchMouseEvent', {...middle, type, button: 'left', clickCount: 1});
  }

  // Follows a link, or sends a form.
  click(selector, words) {
    return this.#loaded(() => this.press(selector, words));
  }

  // In place of what stands in a field.
  async type(selector, text) {
    await this.press(selector);
    await this.see(selector => document.querySelector(selector).select?.(), selector);
    await this.ask('Input.insertText', {text});
  }

  enter() {
    return this.#loaded(async () => {
      for (const type of ['keyDown', 'keyUp'])
        await this.ask('Input.dispatchKeyEvent', {
          type,
          key: 'Enter',
          code: 'Enter',
          text: type === 'keyDown' ? '\r' : undefined,
          windowsVirtualKeyCode: 13,
        });
    });
  }

  // To the next element that takes the keyboard.
  async tab() {
    for (const type of ['keyDown', 'keyUp'])
      await this.ask('Input.dispatchKeyEvent', {type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9});
  }

  async picture(width, tallest) {
    const height = Math.min(
      tallest,
      await this.see(() => document.documentElement.scrollHeight),
    );
    const {data} = await this.ask('Page.captureScreenshot', {
      format: 'webp',
      quality: 50,
      captureBeyondViewport: true,
      clip: {x: 0, y: 0, width, height, scale: 1},
    });
    return Buffer.from(data, 'base64');
  }
}
