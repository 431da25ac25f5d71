import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface RunningCommand extends AsyncDisposable {
  /** Resolves with the first line that it writes; rejects with what else it says if it ends without one. */
  firstLine: Promise<string>;
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
  kill(signal: 'SIGTERM' | 'SIGINT'): void;
}

/** Runs `a2a-await-reference`, from its source. */
export function runReference(...args: string[]): RunningCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', `${root}src/testing/command/node.ts`, ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.test.json` },
  });
  let stdout = '';
  let stderr = '';
  let tell = () => {};
  child.stdout.on('data', chunk => {
    stdout += chunk;
    tell();
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
  const firstLine = new Promise<string>((resolve, reject) => {
    tell = () => {
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    };
    ended.then(() => reject(new Error(`It ended without a line:\n${stderr}`)), reject);
  });
  firstLine.catch(() => {});
  return {
    firstLine,
    ended,
    kill: signal => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
