/** The lab's commands by themselves, for its tests and for trying them while building. */
import { addLoadCommand, addProveCommand, addReplayCommand } from '@cowpath/lab/cli';
import { Command } from 'commander';

const program = new Command('cowpath');
addReplayCommand(program);
addLoadCommand(program);
addProveCommand(program);
await program.parseAsync();
