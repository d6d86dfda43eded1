// A headless Chromium, spoken to over the pipe of its DevTools protocol.
import {spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

// Only the fonts that scripts/setup --draw unpacks: the same on every machine.
function fontsOf(tools, folder) {
  const file = join(folder, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <dir>${tools}/usr/share/fonts</dir><cachedir>${folder}/fonts</cachedir></fontconfig>`,
  );
  return file;
}

// As root it can't have its sandbox, and raises its own priority unless it is kept from that.
const asRoot = ['setpriv', '--bounding-set=-sys_nice', '--inh-caps=-sys_nice'];

export function startChromium({tools, libraries, folder}) {
  const root = process.getuid() === 0;
  const command = [
    ...(root ? asRoot : []),
    join(tools, 'usr/lib/chromium/chromium'),
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${folder}/chromium`,
    '--disable-gpu',
    '--hide-scrollbars',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage',
    '--font-render-hinting=none',
    '--lang=en-US',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', // it asks nobody else
    ...(root ? ['--no-sandbox'] : []),
    'about:blank',
  ];
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      LD_LIBRARY_PATH: `${libraries}:${libraries}/pulseaudio`,
      FONTCONFIG_FILE: fontsOf(tools, folder),
    },
  });
  return new Chromium(child);
}

class Chromium {
  #child;
  #asked = new Map(); // by number: what waits for its answer
  #heard = []; // functions that hear of events
  #number = 0;
  #rest = Buffer.alloc(0);

  constructor(child) {
    this.#child = child;
    child.stdio[4].on('data', piece => this.#take(piece));
    child.on('exit', () =>
      this.#asked.forEach(({failed}) => failed(new Error('Chromium has ended'))),
    );
  }

  #take(piece) {
    this.#rest = Buffer.concat([this.#rest, piece]);
    for (let end; (end = this.#rest.indexOf(0)) >= 0; ) {
      const message = JSON.parse(this.#rest.subarray(0, end).toString());
      this.#rest = this.#rest.subarray(end + 1);
      const waiting = this.#asked.get(message.id);
      this.#asked.delete(message.id);
      if (!waiting) this.#heard.forEach(hear => hear(message));
      else if (message.error) waiting.failed(new Error(message.error.message));
      else waiting.answered(message.result);
    }
  }

  ask(method, params = {}, sessionId = undefined) {
    const id = ++this.#number;
    return new Promise((answered, failed) => {
      const late = setTimeout(() => failed(new Error(`Chromium doesn't answer ${method}`)), 60000);
      this.#asked.set(id, {
        answered: result => (clearTimeout(late), answered(result)),
        failed: error => (clearTimeout(late), failed(error)),
      });
      this.#child.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + '\0');
    });
  }

  // A page of its own for `work`, which gets {ask, evaluate, errors, hears}: `errors` are what the
  // console was told as such, and hears(FUNCTION) has it hear of all that the page's events tell.
  async withPage(width, height, work) {
    const {targetId} = await this.ask('Target.createTarget', {url: 'about:blank'});
    const {sessionId} = await this.ask('Target.attachToTarget', {targetId, flatten: true});
    const errors = [];
    const others = [];
    const hear = message => {
      if (message.sessionId !== sessionId) return;
      errors.push(...errorsOf(message));
      others.forEach(other => other(message));
    };
    this.#heard.push(hear);
    const ask = (method, params) => this.ask(method, params, sessionId);
    const evaluate = async expression => {
      const {result, exceptionDetails} = await ask('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails)
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    try {
      for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
      await ask('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
      return await work({ask, evaluate, errors, hears: other => others.push(other)});
    } finally {
      this.#heard = this.#heard.filter(one => one !== hear);
      await this.ask('Target.closeTarget', {targetId});
    }
  }

  // Its processes of lesser rank end by themselves, a moment later.
  async stop() {
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null && this.#child.kill('SIGKILL')) await ended;
  }
}

function errorsOf({method, params}) {
  if (method === 'Runtime.exceptionThrown')
    return [params.exceptionDetails.exception?.description ?? params.exceptionDetails.text];
  if (method === 'Runtime.consoleAPICalled' && params.type === 'error')
    return [
      params.args
        .map(arg => arg.value ?? arg.description)
        .join(' ')
        .slice(0, 1000),
    ];
  if (method === 'Log.entryAdded' && params.entry.level === 'error')
    return [`${params.entry.text} ${params.entry.url ?? ''}`];
  return [];
}
