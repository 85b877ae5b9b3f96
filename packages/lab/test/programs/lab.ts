/** The lab's commands by themselves, for its tests and for trying them while building. */
import { addLoadCommand, addReplayCommand } from '@cowpath/lab/cli';
import { Command } from 'commander';

const program = new Command('cowpath');
addReplayCommand(program);
addLoadCommand(program);
await program.parseAsync();
