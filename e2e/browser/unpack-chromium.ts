/** Unpacks @sparticuz/chromium, with the libraries that it carries for bare machines, into TMPDIR. Run by chromium.ts. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
await chromium.executablePath();
await inflate(join(entry, '..', '..', 'bin', 'al2023.tar.br'));
