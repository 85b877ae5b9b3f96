import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';

/** A file system of a fixed size in memory, mounted at a directory; unmounted after `using`. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Where it cannot be mounted (that takes Linux and root), the reason. */
  static mount(path: string, mebibytes: number): SmallDisk | { readonly missing: string } {
    const { status, stderr, error } = mount(['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', path]);
    if (status !== 0) return { missing: `no small file system can be mounted here: ${error ?? stderr}` };
    chmodSync(path, 0o755);
    return new SmallDisk(path);
  }

  resize(mebibytes: number): void {
    const { status, stderr } = mount(['-o', `remount,size=${mebibytes}m`, this.path]);
    if (status !== 0) throw new Error(stderr);
  }

  [Symbol.dispose](): void {
    // Lazily, because a server that was killed may hold its files for a moment.
    spawnSync('umount', ['-l', this.path]);
  }
}

function mount(args: readonly string[]): { status: number | null; stderr: string; error?: Error } {
  return spawnSync('mount', args, { encoding: 'utf8' });
}
