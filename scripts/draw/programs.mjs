// The programs that a drawing needs, on free ports of 127.0.0.1; all end with this one.
import {spawn} from 'node:child_process';
import {openSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

export class Programs {
  #running = [];

  constructor(folder) {
    this.folder = folder;
  }

  // What it says is in NAME.log.
  start(name, ...command) {
    const log = openSync(join(this.folder, `${name}.log`), 'w');
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
      stdio: ['ignore', log, log],
    });
    this.#running.push({name, child});
    return child;
  }

  said(name) {
    return readFileSync(join(this.folder, `${name}.log`), 'utf8');
  }

  // What PATTERN's group matches in what NAME says, once it does.
  address(name, pattern) {
    return await_(`${name} to say where it listens`, () => this.said(name).match(pattern)?.[1]);
  }

  async stop(name) {
    const {child} = this.#running.find(one => one.name === name);
    child.kill('SIGTERM');
    await await_(`${name} to end`, () => child.exitCode !== null || child.signalCode !== null);
  }

  async stopAll() {
    for (const {child} of this.#running) child.kill('SIGTERM');
    for (const {name} of this.#running) await this.stop(name);
  }
}

// Removes a folder in which those that were just ended may still write for a moment.
export function removeFolder(folder) {
  return await_(`${folder} to be left alone`, () => {
    try {
      rmSync(folder, {recursive: true, force: true});
      return true;
    } catch {
      return false;
    }
  });
}

// What `find` finds, once it finds something; for three minutes.
export async function await_(what, find) {
  for (const until = Date.now() + 180_000; Date.now() < until; await pause(200)) {
    const found = await find();
    if (found) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}
