import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a job tells: that it has begun to work, or how far it is. */
export type Report = { ready: true } | { done: number } | { woken: number } | { result: unknown };

export interface JobProcess {
  pid: number;
  /** All so far. */
  reports: Report[];
  /** Resolves when the process has reported this, before or from now on; rejects if it ends first. */
  reported(matches: (report: Report) => boolean): Promise<Report>;
  /** Tells a job that waits for it to begin. */
  go(): void;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Resolves with the exit code, or with the signal. */
  ended: Promise<number | string | null>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs `jobs/<name>.ts` in a process of its own; its arguments are plain JSON. */
export function startJob(name: string, args: object): JobProcess {
  const child = fork(`${root}test/redis/jobs/${name}.ts`, [JSON.stringify(args)], {
    cwd: root,
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, TSX_TSCONFIG_PATH: `${root}tsconfig.test.json` },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const reports: Report[] = [];
  const listeners = new Set<() => void>();
  let said = '';
  let isOver = false;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  child.stderr?.on('data', chunk => {
    said += chunk;
  });
  child.on('message', report => {
    reports.push(report as Report);
    tell();
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    isOver = true;
    tell();
    return (signal ?? code) as number | string | null;
  });
  return {
    pid: child.pid as number,
    reports,
    ended,
    go: () => void child.send('go'),
    reported: matches =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = reports.find(matches);
          if (!found && !isOver) return;
          listeners.delete(look);
          if (found) resolve(found);
          else reject(new Error(`${name} ended too early:\n${said}`));
        };
        listeners.add(look);
        look();
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
