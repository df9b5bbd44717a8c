import type { Command } from '../command.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';

export const COMMANDS: readonly Command[] = [runCommand, replayCommand, recordCommand, doctorCommand, configCommand];
