// The flags that bin/riposte gives Node, for what is measured without it.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../bin/riposte', import.meta.url), 'utf8');
const found = /^':' \/\/; exec node (.*?) "\$0"/m.exec(text);
if (found === null) throw new Error('bin/riposte does not begin as expected');
export const nodeFlags = found[1].split(' ');
