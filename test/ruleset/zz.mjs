import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { isUtf8 } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import { BlockList, isIP } from "node:net";
// src/detect/bytes.ts
const beyondAscii = /[\x80-\xff]/;
/** Bytes as Unicode; what is not valid UTF-8 becomes U+FFFD. */
function toUnicode(text) {
	return beyondAscii.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
}
/** Unicode as bytes. */
function toBytes(text) {
	return Buffer.from(text, "utf8").toString("latin1");
}
// src/detect/decoders/json-text.ts
var JsonMembers = class {
	keys = [];
	values = [];
};
const nestingLimit = 1e3;
const numberText = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const plainText = /[^"\\]*/y;
const simpleEscapes = {
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "	",
	"\"": "\"",
	"\\": "\\",
	"/": "/"
};
var BadJson = class extends Error {};
var Reader$1 = class {
	position = 0;
	text;
	constructor(text) {
		this.text = text;
	}
	skipSpace() {
		while (this.position < this.text.length && this.text.charCodeAt(this.position) <= 32) this.position++;
	}
	readValue(depth) {
		const { text, position } = this;
		const code = text.charCodeAt(position);
		if (code === 34) return this.readString();
		if (code === 123) return this.readObject(depth);
		if (code === 91) return this.readArray(depth);
		if (code === 45 || code >= 48 && code <= 57) return this.readNumber();
		if (text.startsWith("true", position)) return this.literal(true, 4);
		if (text.startsWith("false", position)) return this.literal(false, 5);
		if (text.startsWith("null", position)) return this.literal(null, 4);
		throw new BadJson();
	}
	literal(value, length) {
		this.position += length;
		return value;
	}
	readNumber() {
		numberText.lastIndex = this.position;
		const found = numberText.exec(this.text);
		if (found === null) throw new BadJson();
		this.position = numberText.lastIndex;
		return Number(found[0]);
	}
	readString() {
		const { text } = this;
		const start = this.position + 1;
		plainText.lastIndex = start;
		plainText.test(text);
		let index = plainText.lastIndex;
		if (text.charCodeAt(index) === 34) {
			this.position = index + 1;
			return text.slice(start, index);
		}
		let value = text.slice(start, index);
		while (index < text.length && text.charCodeAt(index) !== 34) {
			this.position = index + 1;
			value += this.readEscape();
			plainText.lastIndex = this.position;
			plainText.test(text);
			value += text.slice(this.position, plainText.lastIndex);
			index = plainText.lastIndex;
		}
		if (index >= text.length) throw new BadJson();
		this.position = index + 1;
		const end = value.indexOf("\0");
		return end < 0 ? value : value.slice(0, end);
	}
	/** After the backslash. */
	readEscape() {
		const letter = this.text.charAt(this.position);
		const simple = simpleEscapes[letter];
		if (simple !== void 0) {
			this.position++;
			return simple;
		}
		if (letter !== "u") throw new BadJson();
		const unit = this.readUnit();
		if (unit >= 56320 && unit <= 57343) throw new BadJson();
		if (unit < 55296 || unit > 56319) return toBytes(String.fromCharCode(unit));
		if (!this.text.startsWith("\\u", this.position)) throw new BadJson();
		this.position++;
		const low = this.readUnit();
		if (low < 56320 || low > 57343) throw new BadJson();
		return toBytes(String.fromCharCode(unit, low));
	}
	readUnit() {
		const digits = this.text.slice(this.position + 1, this.position + 5);
		if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new BadJson();
		this.position += 5;
		return Number.parseInt(digits, 16);
	}
	readArray(depth) {
		if (depth >= nestingLimit) throw new BadJson();
		const items = [];
		this.position++;
		this.skipSpace();
		if (this.text.charCodeAt(this.position) === 93) {
			this.position++;
			return items;
		}
		for (;;) {
			this.skipSpace();
			items.push(this.readValue(depth + 1));
			if (this.readSeparator(93)) return items;
		}
	}
	readObject(depth) {
		if (depth >= nestingLimit) throw new BadJson();
		const members = new JsonMembers();
		this.position++;
		this.skipSpace();
		if (this.text.charCodeAt(this.position) === 125) {
			this.position++;
			return members;
		}
		for (;;) {
			this.skipSpace();
			if (this.text.charCodeAt(this.position) !== 34) throw new BadJson();
			const key = this.readString();
			this.skipSpace();
			if (this.text.charCodeAt(this.position) !== 58) throw new BadJson();
			this.position++;
			this.skipSpace();
			members.keys.push(key);
			members.values.push(this.readValue(depth + 1));
			if (this.readSeparator(125)) return members;
		}
	}
	/** True at the closing bracket, false after a comma. */
	readSeparator(close) {
		this.skipSpace();
		const code = this.text.charCodeAt(this.position++);
		if (code === close) return true;
		if (code !== 44) throw new BadJson();
		return false;
	}
};
/** Undefined where the text does not begin with a JSON value. What follows one is not looked at unless `whole`. */
function readJson(text, whole = false) {
	const reader = new Reader$1(text);
	try {
		reader.skipSpace();
		const value = reader.readValue(0);
		reader.skipSpace();
		return whole && reader.position < text.length ? void 0 : value;
	} catch (error) {
		if (error instanceof BadJson) return void 0;
		throw error;
	}
}
/** As it goes into an alert: real Unicode; the first of equal keys wins. */
function toJsonValue(node) {
	if (typeof node === "string") return toUnicode(node);
	if (Array.isArray(node)) return node.map(toJsonValue);
	if (!(node instanceof JsonMembers)) return node;
	const object = {};
	for (const [index, key] of node.keys.entries()) {
		const value = node.values[index];
		if (value !== void 0 && !Object.hasOwn(object, toUnicode(key))) setMember(object, toUnicode(key), toJsonValue(value));
	}
	return object;
}
/** Plain assignment would call the setter of `__proto__`. */
function setMember(object, key, value) {
	if (key === "__proto__") Object.defineProperty(object, key, {
		value,
		enumerable: true,
		configurable: true,
		writable: true
	});
	else object[key] = value;
}
function isInt32(value) {
	return value === Math.trunc(value) && value >= -2147483648 && value <= 2147483647;
}
/** A number of a log as a field: C's `%d` or `%f`. */
function numberField(value) {
	if (isInt32(value)) return String(value === 0 ? 0 : value);
	return Number.isFinite(value) ? fixedDigits(value) : String(value).toLowerCase().slice(0, value < 0 ? 4 : 3);
}
function fixedDigits(value) {
	return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}
/** A number inside a printed array: C's `%d`, or `%1.15g`, or `%1.17g` where that loses digits. */
function printNumber(value) {
	if (!Number.isFinite(value)) return "null";
	if (isInt32(value)) return String(value === 0 ? 0 : value);
	return generalDigits(value, Number(value.toPrecision(15)) === value ? 15 : 17);
}
function generalDigits(value, precision) {
	const [mantissa = "", exponentText = "0"] = value.toExponential(precision - 1).split("e");
	const exponent = Number(exponentText);
	if (exponent < -4 || exponent >= precision) {
		const sign = exponent < 0 ? "-" : "+";
		return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
	}
	return trimZeros(value.toFixed(Math.max(0, precision - 1 - exponent)));
}
function trimZeros(text) {
	return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
const escaped = /["\\\x00-\x1f]/g;
const shortEscapes = {
	"\"": "\\\"",
	"\\": "\\\\",
	"\b": "\\b",
	"\f": "\\f",
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t"
};
function escapeCharacter$1(character) {
	return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
function printString(text) {
	return `"${text.replace(escaped, escapeCharacter$1)}"`;
}
/** Formatted as the engine compares it: `[1, "a"]`, objects over several lines with tabs. */
function printJson(node, depth = 0) {
	if (typeof node === "string") return printString(node);
	if (typeof node === "number") return printNumber(node);
	if (Array.isArray(node)) return `[${node.map((item) => printJson(item, depth + 1)).join(", ")}]`;
	if (!(node instanceof JsonMembers)) return String(node);
	const inner = "	".repeat(depth + 1);
	return `{\n${node.values.map((value, index) => {
		const comma = index + 1 < node.values.length ? "," : "";
		return `${inner}${printString(node.keys[index] ?? "")}:\t${printJson(value, depth + 1)}${comma}\n`;
	}).join("")}${"	".repeat(depth)}}`;
}
// src/detect/fields.ts
/** In the order in which alerts print them. // spec ruleset §9.6 */
const staticFields = [
	"protocol",
	"action",
	"srcip",
	"srcport",
	"srcuser",
	"dstip",
	"dstport",
	"dstuser",
	"id",
	"status",
	"url",
	"data",
	"extra_data",
	"system_name"
];
/** Index of each static field in `Event.statics`. */
const slot = {
	protocol: 0,
	action: 1,
	srcip: 2,
	srcport: 3,
	srcuser: 4,
	dstip: 5,
	dstport: 6,
	dstuser: 7,
	id: 8,
	status: 9,
	url: 10,
	data: 11,
	extra_data: 12,
	system_name: 13
};
const slots = new Map(Object.entries(slot));
/** The slot of a static field; undefined for a dynamic name. `user` is not among them. */
function slotOf(name) {
	return slots.get(name);
}
// src/detect/patterns/subject.ts
const nonAscii = /[\x80-\xff]/;
/** Lower-cases A–Z only; every other byte stays. The length never changes. // spec ruleset §4.2, §4.3 */
function foldAscii(text) {
	return nonAscii.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text.toLowerCase();
}
/** One latin1 ("binary") text, one char a byte. Make one per event and field, and hand it to every pattern. */
var Subject = class {
	text;
	#folded;
	constructor(text) {
		this.text = text;
	}
	/** The text with A–Z lower-cased; computed at the first use. */
	get folded() {
		this.#folded ??= foldAscii(this.text);
		return this.#folded;
	}
};
// src/detect/patterns/osmatch.ts
/** Every text is a valid osmatch pattern. */
function compileOsmatch$1(pattern) {
	return new CompiledOsmatch(pattern);
}
function parseAlternative$1(text) {
	const begin = text.startsWith("^");
	const rest = begin ? text.slice(1) : text;
	const end = rest.endsWith("$");
	return {
		text: end ? rest.slice(0, -1) : rest,
		begin,
		end
	};
}
/** An alternative that holds for every subject. */
function isAlwaysTrue(alternative) {
	return alternative.text === "" && !(alternative.begin && alternative.end);
}
var CompiledOsmatch = class {
	kind = "osmatch";
	source;
	captures = [];
	requiredLiteral;
	requiredAnyOf;
	#negated;
	#alternatives;
	constructor(source) {
		this.source = source;
		this.#negated = source.startsWith("!");
		const folded = foldAscii(this.#negated ? source.slice(1) : source);
		this.#alternatives = folded.split("|").map(parseAlternative$1);
		const indexable = !this.#negated && this.#alternatives.every((alternative) => alternative.text !== "");
		this.requiredAnyOf = indexable ? this.#alternatives.map((alternative) => alternative.text) : void 0;
		this.requiredLiteral = this.requiredAnyOf?.length === 1 ? this.requiredAnyOf[0] : void 0;
	}
	test(subject, from = 0) {
		const folded = subject.folded;
		for (const alternative of this.#alternatives) if (holds$1(alternative, folded, from)) return !this.#negated;
		return this.#negated;
	}
	match(subject, from = 0) {
		return this.test(subject, from) ? subject.text.length - 1 : void 0;
	}
};
function holds$1(alternative, folded, from) {
	const { text, begin, end } = alternative;
	if (isAlwaysTrue(alternative)) return true;
	const length = folded.length - from;
	if (begin && end) return length === text.length && folded.startsWith(text, from);
	if (begin) return folded.startsWith(text, from);
	if (end) return length >= text.length && folded.endsWith(text);
	return folded.includes(text, from);
}
// src/detect/patterns/osregex-classes.ts
/** Escape letter → which bytes it accepts, as a table of 256. */
const classTables = buildClassTables();
function buildClassTables() {
	const digit = tableOf((byte) => byte >= 48 && byte <= 57);
	const word = tableOf((byte) => /[A-Za-z0-9@_-]/.test(String.fromCharCode(byte)));
	const space = tableOf((byte) => byte === 32);
	const punctuation = "!\"#$%&'()*+,-.:;<=>?[]{|}";
	return new Map([
		["d", digit],
		["D", complement$1(digit)],
		["w", word],
		["W", complement$1(word)],
		["s", space],
		["S", complement$1(space)],
		["p", tableOf((byte) => punctuation.includes(String.fromCharCode(byte)))],
		[".", tableOf(() => true)],
		["t", tableOf((byte) => byte === 9)],
		...Array.from("$()\\|<", (char) => [char, tableOf((byte) => byte === char.charCodeAt(0))])
	]);
}
function tableOf(accepts) {
	return Uint8Array.from({ length: 256 }, (_, byte) => accepts(byte) ? 1 : 0);
}
function complement$1(table) {
	return table.map((value) => 1 - value);
}
/** Class n of a cell CLASS_BASE + n. */
const classList = [...classTables.values()];
const classIndex = new Map([...classTables.keys()].map((letter, index) => [letter, index]));
const maxLength = 20480;
function parseOsregex(source) {
	if (source.length > maxLength) return {
		ok: false,
		error: `pattern longer than ${maxLength} bytes`
	};
	const parts = splitAlternatives(source);
	if (typeof parts === "string") return {
		ok: false,
		error: parts
	};
	const alternatives = [];
	for (const part of parts) {
		const parsed = parseAlternative(part);
		if (typeof parsed === "string") return {
			ok: false,
			error: parsed
		};
		alternatives.push(parsed);
	}
	return {
		ok: true,
		alternatives
	};
}
/** Splits at each `|` outside escapes; checks escapes and parentheses. A string is an error. */
function splitAlternatives(source) {
	const parts = [];
	let start = 0;
	let open = false;
	for (let i = 0; i < source.length; i++) {
		const char = source.charAt(i);
		if (char === "\\") {
			i++;
			const escaped = source.charAt(i);
			if (!classTables.has(escaped)) return `unknown escape \\${escaped} at byte ${i - 1}`;
		} else if (char === "(") {
			if (open) return `parenthesis inside a parenthesis at byte ${i}`;
			open = true;
		} else if (char === ")") {
			if (!open) return `) without ( at byte ${i}`;
			open = false;
		} else if (char === "|") {
			if (open) return `| inside a parenthesis at byte ${i}`;
			parts.push(source.slice(start, i));
			start = i + 1;
		}
	}
	if (open) return "( without )";
	parts.push(source.slice(start));
	return parts;
}
function parseAlternative(part) {
	const begin = part.startsWith("^");
	const cells = [];
	const parenNumber = [];
	let parens = 0;
	let end = false;
	let afterClass = false;
	const push = (cell) => {
		cells.push(cell);
		parenNumber.push(parens);
	};
	for (let i = begin ? 1 : 0; i < part.length; i++) {
		const char = part.charAt(i);
		if (char === "\\") {
			i++;
			const cell = 260 + (classIndex.get(part.charAt(i)) ?? 0);
			push(cell);
			push(cell);
			afterClass = true;
			continue;
		}
		if (char === "(" || char === ")") {
			push(256);
			parens++;
			if (parens > 255) return "more than 127 captures in one alternative";
		} else if (afterClass && (char === "+" || char === "*")) push(char === "+" ? 257 : 258);
		else if (char === "$" && i === part.length - 1) end = true;
		else push(foldAscii(char).charCodeAt(0));
		afterClass = false;
	}
	const length = cells.length;
	for (let i = 0; i < 3; i++) push(259);
	return {
		cells: Uint16Array.from(cells),
		length,
		begin,
		end,
		parenNumber: Uint8Array.from(parenNumber),
		parens
	};
}
/** The runs of literal bytes of an alternative. Each must occur in any subject that it matches. */
function literalRuns(alternative) {
	const runs = [];
	let run = "";
	let leading = true;
	let previous = 259;
	for (const cell of alternative.cells) {
		if (cell < 256) run += String.fromCharCode(cell);
		else if (cell !== 256 || previous === 256) {
			if (run !== "") runs.push({
				text: run,
				leading
			});
			run = "";
			leading = false;
		}
		previous = cell;
	}
	return runs;
}
const maxSlots = 4;
const openParenByte = 40;
const slotP = new Int32Array(maxSlots);
const slotI = new Int32Array(maxSlots);
/** Marks of the last scan, per paren; NONE where missing. Shared: read them before the next scan. */
const marks = /* @__PURE__ */ new Int32Array(256);
const foldTable = Uint8Array.from({ length: 256 }, (_, byte) => foldAscii(String.fromCharCode(byte)).charCodeAt(0));
const accepts = new Uint8Array(classList.length * 256);
classList.forEach((table, index) => {
	accepts.set(table, index * 256);
});
function isClass(cell) {
	return cell >= 260;
}
function classAccepts(cell, byte) {
	return accepts[(cell - 260) * 256 + byte] === 1;
}
function isQuantifier(cell) {
	return cell === 257 || cell === 258;
}
/** The byte that a cell is compared with when it is not a class: a paren that was not skipped counts as "(". */
function literalOf(cell) {
	return cell === 256 ? openParenByte : cell;
}
/**
* Scans `text` from `from`, and returns the end relative to `from`, or NONE.
* `start` (≥ from) skips bytes at which the first literal cannot begin.
*/
function scan(alternative, text, from, start, capture) {
	const { cells, length: end, parenNumber } = alternative;
	const cellAt = (index) => cells[index] ?? 259;
	const n = text.length - from;
	let p = 0;
	let last = 0;
	let rep = false;
	let again = -9;
	let slots = 0;
	marks.fill(-9, 0, alternative.parens);
	for (let i = start - from; i < n; i++) {
		const byte = text.charCodeAt(from + i);
		if (p >= end) {
			if (!alternative.end) return last;
		} else if (cellAt(p) === 256) {
			marks[parenNumber[p] ?? 0] = i;
			p++;
			if (p >= end && !alternative.end) return last;
		}
		const cell = cellAt(p);
		if (isClass(cell)) {
			if (classAccepts(cell, byte)) {
				let q = p + 2;
				const quantifier = cellAt(q);
				if (!isQuantifier(quantifier)) {
					p = q;
					if (again === -9) again = i;
					last = i;
					continue;
				}
				if (quantifier === 258) rep = true;
				q++;
				if (!rep) {
					if (cellAt(q) === 256) marks[parenNumber[q] ?? 0] = i === n - 1 ? i + 1 : i;
					rep = true;
					last = i;
					continue;
				}
				if (cellAt(q) === 256) q++;
				const next = cellAt(q);
				let jump = -1;
				if (next === 259) jump = 1;
				else if (isClass(next)) {
					if (classAccepts(next, byte)) jump = isQuantifier(cellAt(q + 2)) ? 0 : 2;
				} else if (literalOf(next) === foldTable[byte]) {
					rep = false;
					jump = 1;
				}
				if (jump >= 0) {
					if (cellAt(q - 1) === 256) marks[parenNumber[q - 1] ?? 0] = rep && jump === 1 ? i + 1 : i;
					if (next === 259) continue;
					if (slots < maxSlots) {
						slotP[slots] = p;
						slotI[slots] = i;
						slots++;
					}
					p = q + jump;
				}
				last = i;
				continue;
			}
			const quantifier = cellAt(p + 2);
			if (rep && last !== -9 && (p + 2 === end || p + 3 === end)) {
				last = i;
				if (!alternative.end) return last;
				rep = false;
			} else if (quantifier === 257 && rep) {
				p += 3;
				i--;
				rep = false;
				continue;
			} else if (quantifier === 258) {
				p += 3;
				i--;
				last = i;
				rep = false;
				continue;
			} else rep = false;
		} else if (literalOf(cell) === foldTable[byte]) {
			p++;
			if (again === -9) again = i;
			last = i;
			continue;
		}
		if (slots > 0) {
			slots--;
			p = slotP[slots] ?? 0;
			i = slotI[slots] ?? 0;
			continue;
		}
		if (alternative.begin) return -9;
		if (again !== -9) {
			i = again;
			again = -9;
		}
		p = 0;
		last = -9;
	}
	return acceptAtEnd(alternative, p, rep, capture, n) ? last : -9;
}
/** What may still be open when the subject is used up. */
function acceptAtEnd(alternative, at, rep, capture, n) {
	const { cells, length: end, parenNumber } = alternative;
	const cellAt = (index) => cells[index] ?? 259;
	let p = at;
	if (capture && alternative.parens > 0) {
		while (p < end && cellAt(p) !== 256 && isClass(cellAt(p)) && cellAt(p + 2) === 258) p += 3;
		if (cellAt(p) === 256) marks[parenNumber[p] ?? 0] = n;
	}
	const skipParen = () => {
		if (cellAt(p) === 256) p++;
	};
	skipParen();
	if (p >= end) return true;
	if (isClass(cellAt(p)) && rep) {
		p += 2;
		if (isQuantifier(cellAt(p))) {
			p++;
			skipParen();
			if (p >= end) return true;
			if (isClass(cellAt(p))) {
				p += 2;
				if (cellAt(p) === 258) {
					p++;
					skipParen();
					if (p >= end) return true;
				}
			}
		}
	}
	if (isClass(cellAt(p))) {
		p += 2;
		if (cellAt(p) === 258) {
			p++;
			skipParen();
			return p >= end;
		}
	}
	return false;
}
// src/detect/patterns/osregex.ts
function compileOsregex(pattern, options) {
	const parsed = parseOsregex(pattern);
	if (!parsed.ok) return parsed;
	return {
		ok: true,
		regex: new CompiledPattern$1(pattern, parsed.alternatives, options.captures)
	};
}
function prepareAlternative(parsed) {
	const runs = literalRuns(parsed);
	const [first] = runs;
	const prefix = first?.leading ? first.text : "";
	return {
		parsed,
		prefix,
		required: runs.reduce((longest, run) => run.text.length > longest.length ? run.text : longest, ""),
		plain: prefix !== "" && prefix.length === parsed.length
	};
}
var CompiledPattern$1 = class {
	kind = "osregex";
	source;
	captures = [];
	requiredLiteral;
	requiredAnyOf;
	#alternatives;
	#capture;
	constructor(source, alternatives, capture) {
		this.source = source;
		this.#capture = capture;
		this.#alternatives = alternatives.map(prepareAlternative);
		const required = this.#alternatives.map((alternative) => alternative.required);
		this.requiredAnyOf = required.includes("") ? void 0 : required;
		this.requiredLiteral = required.length === 1 ? this.requiredAnyOf?.[0] : void 0;
	}
	test(subject, from = 0) {
		for (const alternative of this.#alternatives) if (findEnd(alternative, subject, from, false) !== -9) return true;
		return false;
	}
	match(subject, from = 0) {
		for (const alternative of this.#alternatives) {
			const end = findEnd(alternative, subject, from, this.#capture);
			if (end === -9) continue;
			if (this.#capture) this.captures = readCaptures(alternative.parsed.parens, subject.text, from);
			return from + end;
		}
	}
};
/** The end relative to `from`, or NONE. Cheap refusals first; only then the scan. */
function findEnd(alternative, subject, from, capture) {
	const { parsed, prefix, required } = alternative;
	if (alternative.plain) return findPlain(alternative, subject.folded, from);
	if (required === "") return scan(parsed, subject.text, from, from, capture);
	const { folded } = subject;
	if (prefix === "") return folded.includes(required, from) ? scan(parsed, subject.text, from, from, capture) : -9;
	if (parsed.begin) return folded.startsWith(prefix, from) && folded.includes(required, from) ? scan(parsed, subject.text, from, from, capture) : -9;
	const start = folded.indexOf(prefix, from);
	if (start < 0 || required !== prefix && !folded.includes(required, start)) return -9;
	return scan(parsed, subject.text, from, start, capture);
}
function findPlain({ parsed, prefix }, folded, from) {
	const length = folded.length - from;
	if (parsed.begin) return folded.startsWith(prefix, from) && (!parsed.end || length === prefix.length) ? prefix.length - 1 : -9;
	if (parsed.end) return length >= prefix.length && folded.endsWith(prefix) ? length - 1 : -9;
	const at = folded.indexOf(prefix, from);
	return at < 0 ? -9 : at - from + prefix.length - 1;
}
/** Marks in pairs (open, close), in order; the first incomplete pair ends the list. */
function readCaptures(parens, text, from) {
	const texts = [];
	for (let k = 0; k + 1 < parens; k += 2) {
		const open = marks[k] ?? -9;
		const close = marks[k + 1] ?? -9;
		if (open === -9 || close === -9) break;
		texts.push(text.slice(from + open, from + close));
	}
	return texts;
}
// src/detect/patterns/byte-sets.ts
function setOf(accepts) {
	return Uint8Array.from({ length: 256 }, (_, byte) => accepts(byte) ? 1 : 0);
}
function setOfByte(byte) {
	return setOf((other) => other === byte);
}
function setOfRange(first, last) {
	return setOf((byte) => byte >= first && byte <= last);
}
function complement(set) {
	return set.map((value) => 1 - value);
}
function union(sets) {
	return setOf((byte) => sets.some((set) => set[byte] === 1));
}
/** Adds the other case of each ASCII letter: PCRE2 without UTF folds no others. */
function closeOverCase(set) {
	return setOf((byte) => set[byte] === 1 || set[otherCase(byte)] === 1);
}
function isClosedOverCase(set) {
	return set.every((value, byte) => value === set[otherCase(byte)]);
}
function otherCase(byte) {
	return byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122 ? byte ^ 32 : byte;
}
/** The letter or byte of a set that holds just one byte, or one letter in both cases: folded. */
function foldedByteOf(set) {
	let found;
	for (let byte = 0; byte < 256; byte++) {
		if (set[byte] !== 1) continue;
		const folded = byte >= 65 && byte <= 90 ? byte | 32 : byte;
		if (found !== void 0 && found !== folded) return void 0;
		found = folded;
	}
	return found;
}
function fromPattern(pattern) {
	return setOf((byte) => pattern.test(String.fromCharCode(byte)));
}
const everyByte = setOf(() => true);
const notNewline = setOf((byte) => byte !== 10);
const digit = fromPattern(/[0-9]/);
const word = fromPattern(/[A-Za-z0-9_]/);
const space$1 = fromPattern(/[\t-\r ]/);
const horizontal = fromPattern(/[\t \xa0]/);
const vertical = fromPattern(/[\n-\r\x85]/);
/** Escape letter → set, inside and outside of classes. */
const escapedSets = /* @__PURE__ */ new Map([
	["d", digit],
	["D", complement(digit)],
	["w", word],
	["W", complement(word)],
	["s", space$1],
	["S", complement(space$1)],
	["h", horizontal],
	["H", complement(horizontal)],
	["v", vertical],
	["V", complement(vertical)]
]);
/** POSIX class name → set, in the C locale. */
const posixSets = /* @__PURE__ */ new Map([
	["alnum", fromPattern(/[A-Za-z0-9]/)],
	["alpha", fromPattern(/[A-Za-z]/)],
	["ascii", fromPattern(/[\x00-\x7f]/)],
	["blank", fromPattern(/[ \t]/)],
	["cntrl", fromPattern(/[\x00-\x1f\x7f]/)],
	["digit", digit],
	["graph", fromPattern(/[!-~]/)],
	["lower", fromPattern(/[a-z]/)],
	["print", fromPattern(/[ -~]/)],
	["punct", fromPattern(/[!-/:-@[-`{-~]/)],
	["space", space$1],
	["upper", fromPattern(/[A-Z]/)],
	["word", word],
	["xdigit", fromPattern(/[0-9A-Fa-f]/)]
]);
// src/detect/patterns/pcre2-ast.ts
/** Thrown inside this folder only; compilePcre2 turns it into an error. */
var Pcre2Error = class extends Error {};
/** The child nodes of a node. */
function childrenOf(node) {
	switch (node.type) {
		case "sequence": return node.items;
		case "alternation": return node.options;
		case "repeat":
		case "capture":
		case "atomic":
		case "look": return [node.body];
		default: return [];
	}
}
// src/detect/patterns/pcre2-check.ts
/**
* @param captures whether the caller reads what the groups captured
* @throws Pcre2Error
*/
function checkPcre2(root, captures) {
	checkNode(root, captures || containsType(root, "backreference"));
	checkReferences(root, /* @__PURE__ */ new Set());
}
function containsType(node, type) {
	return node.type === type || childrenOf(node).some((child) => containsType(child, type));
}
/** Whether the node can match without consuming anything. */
function isNullable(node) {
	switch (node.type) {
		case "set": return false;
		case "sequence": return node.items.every(isNullable);
		case "alternation": return node.options.some(isNullable);
		case "repeat": return node.min === 0 || isNullable(node.body);
		case "capture":
		case "atomic": return isNullable(node.body);
		default: return true;
	}
}
/** The one length of everything that the node matches, or undefined. */
function fixedLength(node) {
	switch (node.type) {
		case "set": return 1;
		case "sequence": return sumOf(node.items.map(fixedLength));
		case "alternation": {
			const lengths = new Set(node.options.map(fixedLength));
			return lengths.size === 1 ? [...lengths][0] : void 0;
		}
		case "repeat": {
			const length = fixedLength(node.body);
			return length === void 0 || node.min !== node.max ? void 0 : length * node.min;
		}
		case "assertion": return 0;
		default: return;
	}
}
function sumOf(lengths) {
	let sum = 0;
	for (const length of lengths) {
		if (length === void 0) return void 0;
		sum += length;
	}
	return sum;
}
/** Groups that are set whenever the node has matched. */
function definiteGroups(node) {
	switch (node.type) {
		case "sequence": return new Set(node.items.flatMap((item) => [...definiteGroups(item)]));
		case "capture": return definiteGroups(node.body).add(node.group);
		case "atomic": return definiteGroups(node.body);
		case "look": return node.negative ? /* @__PURE__ */ new Set() : definiteGroups(node.body);
		case "repeat": return node.min > 0 ? definiteGroups(node.body) : /* @__PURE__ */ new Set();
		case "alternation": {
			const [first, ...rest] = node.options.map(definiteGroups);
			return new Set([...first ?? []].filter((group) => rest.every((groups) => groups.has(group))));
		}
		default: return /* @__PURE__ */ new Set();
	}
}
function allGroups(node) {
	const inner = childrenOf(node).flatMap(allGroups);
	return node.type === "capture" ? [node.group, ...inner] : inner;
}
function checkNode(node, capturesMatter) {
	if (node.type === "repeat") checkRepeat(node, capturesMatter);
	if (node.type === "look" && node.behind) checkLookbehind(node.body);
	for (const child of childrenOf(node)) checkNode(child, capturesMatter);
}
function checkRepeat(node, capturesMatter) {
	const groups = allGroups(node.body);
	if (isNullable(node.body) && (node.max > 1 || capturesMatter && groups.length > 0)) throw new Pcre2Error("a repeated group that can match nothing is not supported");
	if (!capturesMatter || node.max <= 1) return;
	const definite = definiteGroups(node.body);
	if (groups.some((group) => !definite.has(group))) throw new Pcre2Error("a capture that only some rounds of a repeated group set is not supported");
}
function checkLookbehind(body) {
	if (topOptions(body).some((option) => fixedLength(option) === void 0)) throw new Pcre2Error("a lookbehind needs alternatives of fixed length, without groups that capture");
}
function topOptions(node) {
	if (node.type === "alternation") return node.options;
	const only = node.type === "sequence" && node.items.length === 1 ? node.items[0] : void 0;
	return only === void 0 ? [node] : topOptions(only);
}
/**
* A reference to a group that is not set fails in PCRE2 and matches nothing-at-all in a RegExp, so each must be certain.
* `set` holds the groups that are certainly set before the node; the groups set after it are added.
*/
function checkReferences(node, set) {
	if (node.type === "backreference" && !set.has(node.group)) throw new Pcre2Error(`a reference to group ${node.group}, which may not be set there, is not supported`);
	if (node.type === "sequence") {
		for (const item of node.items) {
			checkReferences(item, set);
			for (const group of definiteGroups(item)) set.add(group);
		}
		return;
	}
	for (const child of childrenOf(node)) checkReferences(child, new Set(set));
}
// src/detect/patterns/pcre2-emit.ts
function emitPcre2(root, options) {
	const emitter = new Emitter(options);
	return {
		source: emitter.emit(root),
		groupMap: emitter.groupMap
	};
}
/** Whether the pattern says the same about a text and its folded form. */
function isFoldable(node) {
	if (node.type === "set") return isClosedOverCase(node.set);
	if (node.type === "backreference") return node.caseless;
	return childrenOf(node).every(isFoldable);
}
/** Whether the pattern looks at the end of the text in a way that a final newline changes. */
function mindsFinalNewline(node) {
	return node.type === "assertion" && node.what === "endOrFinalNewline" || childrenOf(node).some(mindsFinalNewline);
}
var Emitter = class {
	groupMap = [0];
	#options;
	#groups = 0;
	constructor(options) {
		this.#options = options;
	}
	emit(node) {
		switch (node.type) {
			case "set": return emitSet(this.#options.folded ? withoutUpperCase(node.set) : node.set);
			case "sequence": return node.items.map((item) => this.#emitItem(item)).join("");
			case "alternation": return node.options.map((option) => this.emit(option)).join("|");
			case "repeat": return this.#emitRepeat(node);
			case "capture":
				this.groupMap[node.group] = ++this.#groups;
				return `(${this.emit(node.body)})`;
			case "atomic": return this.#emitAtomic(node.body);
			case "look": return `(?${node.behind ? "<" : ""}${node.negative ? "!" : "="}${this.emit(node.body)})`;
			case "assertion": return this.#emitAssertion(node.what);
			case "backreference":
				if (node.caseless && !this.#options.folded) throw new Pcre2Error("a case-insensitive reference to a group is not supported here");
				return `(?:\\${this.groupMap[node.group]})`;
		}
	}
	#emitItem(item) {
		return item.type === "alternation" ? `(?:${this.emit(item)})` : this.emit(item);
	}
	#emitRepeat(node) {
		if (node.mode === "possessive") return this.#emitAtomic({
			...node,
			mode: "greedy"
		});
		return `${node.body.type === "set" || node.body.type === "capture" ? this.emit(node.body) : `(?:${this.emit(node.body)})`}${emitBounds(node.min, node.max)}${node.mode === "lazy" ? "?" : ""}`;
	}
	/** What a lookahead has captured is never reconsidered: the next step must repeat it as it is. */
	#emitAtomic(body) {
		const group = ++this.#groups;
		return `(?:(?=(${this.emit(body)}))\\${group})`;
	}
	#emitAssertion(what) {
		switch (what) {
			case "start": return "^";
			case "lineStart": return "(?:^|(?<=\\n)(?=[^]))";
			case "end": return "$";
			case "endOrFinalNewline": return this.#options.finalNewline ? "(?=\\n?$)" : "$";
			case "lineEnd": return "(?=\\n|$)";
			case "wordBoundary": return "\\b";
			case "notWordBoundary": return "\\B";
		}
	}
};
function emitBounds(min, max) {
	if (max === Number.POSITIVE_INFINITY) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
	if (min === 0 && max === 1) return "?";
	return min === max ? `{${min}}` : `{${min},${max}}`;
}
function withoutUpperCase(set) {
	return foldedByteOf(set) === void 0 ? set : set.map((value, byte) => byte >= 65 && byte <= 90 ? 0 : value);
}
function emitByte(byte) {
	const char = String.fromCharCode(byte);
	return /[A-Za-z0-9_ ]/.test(char) ? char : `\\x${byte.toString(16).padStart(2, "0")}`;
}
function emitSet(set) {
	const negated = set[255] === 1;
	const ranges = rangesOf(set, negated ? 0 : 1);
	const [first] = ranges;
	if (!negated && ranges.length === 1 && first !== void 0 && first[0] === first[1]) return emitByte(first[0]);
	const inner = ranges.map(([low, high]) => low === high ? emitByte(low) : `${emitByte(low)}-${emitByte(high)}`);
	return `[${negated ? "^" : ""}${inner.join("")}]`;
}
function rangesOf(set, wanted) {
	const ranges = [];
	for (let byte = 0; byte < 256; byte++) {
		if (set[byte] !== wanted) continue;
		const start = byte;
		while (byte < 255 && set[byte + 1] === wanted) byte++;
		ranges.push([start, byte]);
	}
	return ranges;
}
// src/detect/patterns/pcre2-literals.ts
/** One of `anyOf` occurs in the folded form of every matching text; undefined where nothing can be said. */
function requiredLiterals(root) {
	const found = [];
	let run = "";
	const closeRun = () => {
		if (run !== "") found.push([run]);
		run = "";
	};
	const visit = (node) => {
		switch (node.type) {
			case "set": {
				const byte = foldedByteOf(node.set);
				if (byte === void 0) closeRun();
				else run += String.fromCharCode(byte);
				break;
			}
			case "sequence":
				for (const item of node.items) visit(item);
				break;
			case "capture":
			case "atomic":
				visit(node.body);
				break;
			case "alternation": {
				closeRun();
				const options = node.options.map(requiredLiterals);
				if (options.every((option) => option !== void 0)) found.push(options.flat());
				break;
			}
			case "repeat":
				closeRun();
				if (node.min > 0) visit(node.body);
				closeRun();
				break;
			case "backreference": closeRun();
		}
	};
	visit(root);
	closeRun();
	return pickBest(found);
}
/** A single text before a choice of texts, a long one before a short one. */
function pickBest(found) {
	const score = (texts) => Math.min(...texts.map((text) => text.length)) * 1e3 - texts.length;
	const single = found.filter((texts) => texts.length === 1);
	return (single.length > 0 ? single : found).reduce((best, texts) => best === void 0 || score(texts) > score(best) ? texts : best, void 0);
}
// src/detect/patterns/pcre2-escapes.ts
const controls = /* @__PURE__ */ new Map([
	["a", 7],
	["e", 27],
	["f", 12],
	["n", 10],
	["r", 13],
	["t", 9]
]);
/**
* The code of the character that the escape stands for; undefined if it is none such. The reader stands after the backslash,
* and has moved only if there was one.
*/
function takeCharacterEscape(reader) {
	const char = reader.peek();
	if (char === "") reader.fail("\\ at the end of the pattern");
	if (!/[A-Za-z0-9]/.test(char)) {
		reader.at++;
		return char.charCodeAt(0);
	}
	const control = controls.get(char);
	if (control !== void 0) {
		reader.at++;
		return control;
	}
	return takeNumericEscape(reader);
}
function takeNumericEscape(reader) {
	const hex = reader.takeMatch(/x\{([0-9A-Fa-f]+)\}/y) ?? reader.takeMatch(/x(?!\{)([0-9A-Fa-f]{0,2})/y);
	if (hex !== void 0) return Number.parseInt(`0${hex[1]}`, 16);
	const octal = reader.takeMatch(/o\{([0-7]+)\}/y) ?? reader.takeMatch(/(0[0-7]{0,2})/y);
	if (octal !== void 0) return Number.parseInt(octal[1] ?? "0", 8);
	const named = reader.takeMatch(/N\{U\+([0-9A-Fa-f]+)\}/y);
	if (named !== void 0) return Number.parseInt(named[1] ?? "0", 16);
	const control = reader.takeMatch(/c([ -~])/y);
	if (control !== void 0) return (control[1] ?? "").toUpperCase().charCodeAt(0) ^ 64;
}
// src/detect/patterns/pcre2-class.ts
/** Reads a class; the reader stands after its `[`. */
function readClass(reader, caseless) {
	const negated = reader.take("^");
	const sets = [];
	let quoted = false;
	let first = true;
	for (;;) {
		if (reader.done) reader.fail("[ without ]");
		if (!quoted && reader.take("\\Q")) {
			quoted = true;
			continue;
		}
		if (reader.take("\\E")) {
			quoted = false;
			continue;
		}
		if (!quoted && !first && reader.take("]")) break;
		first = false;
		const item = quoted ? { byte: reader.next().charCodeAt(0) } : readItem(reader);
		sets.push(quoted ? toSet(item) : readRange(reader, item));
	}
	const all = union(sets);
	const closed = caseless ? closeOverCase(all) : all;
	return negated ? complement(closed) : closed;
}
function toSet(item) {
	return "set" in item ? item.set : setOfByte(item.byte);
}
/** `a-z` if a range follows, else the item alone. */
function readRange(reader, item) {
	if (reader.peek() !== "-" || reader.peek(1) === "]" || reader.peek(1) === "") return toSet(item);
	if ("set" in item) return toSet(item);
	reader.at++;
	if (reader.peek() === "\\" && "QE".includes(reader.peek(1) || " ")) reader.fail("a range that ends in \\Q or \\E is not supported");
	const last = readItem(reader);
	if ("set" in last) reader.fail("a range must end in a single character");
	if (last.byte < item.byte) reader.fail("range out of order");
	return setOfRange(item.byte, last.byte);
}
function readItem(reader) {
	if (reader.peek() === "[" && /[:.=]/.test(reader.peek(1))) {
		const posix = reader.takeMatch(/\[:(\^?)([a-z]+):\]/y);
		if (posix !== void 0) return { set: posixSet(reader, posix[2] ?? "", posix[1] === "^") };
		if (/\[([.=]).*\1\]/y.test(reader.text.slice(reader.at))) reader.fail("collating elements are not supported");
	}
	const char = reader.next();
	if (char !== "\\") return { byte: char.charCodeAt(0) };
	return readEscapedItem(reader);
}
function posixSet(reader, name, negated) {
	const set = posixSets.get(name);
	if (set === void 0) return reader.fail(`unknown POSIX class [:${name}:]`);
	return negated ? complement(set) : set;
}
function readEscapedItem(reader) {
	const set = escapedSets.get(reader.peek());
	if (set !== void 0) {
		reader.at++;
		return { set };
	}
	if (reader.take("b")) return { byte: 8 };
	const octal = reader.takeMatch(/[0-7]{1,3}/y);
	const code = octal === void 0 ? takeCharacterEscape(reader) : Number.parseInt(octal[0], 8);
	if (code === void 0) return reader.fail(`escape \\${reader.peek()} in a class is not supported`);
	if (code > 255) return reader.fail("characters above 255 in a class are not supported");
	return { byte: code };
}
// src/detect/patterns/pcre2-reader.ts
var Reader = class {
	text;
	at = 0;
	constructor(text) {
		this.text = text;
	}
	get done() {
		return this.at >= this.text.length;
	}
	/** The next char without taking it; '' at the end. */
	peek(ahead = 0) {
		return this.text.charAt(this.at + ahead);
	}
	next() {
		if (this.done) this.fail("the pattern ends too early");
		return this.text.charAt(this.at++);
	}
	/** Takes `literal` if it comes next. */
	take(literal) {
		if (!this.text.startsWith(literal, this.at)) return false;
		this.at += literal.length;
		return true;
	}
	/** Takes what the pattern matches here (it must be sticky), or nothing. */
	takeMatch(pattern) {
		pattern.lastIndex = this.at;
		const match = pattern.exec(this.text);
		if (match === null) return void 0;
		this.at += match[0].length;
		return match;
	}
	fail(reason) {
		throw new Pcre2Error(`${reason} at byte ${this.at}`);
	}
};
// src/detect/patterns/pcre2-parse.ts
const flagNames = /* @__PURE__ */ new Map([
	["i", "caseless"],
	["m", "multiline"],
	["s", "dotAll"],
	["x", "extended"],
	["U", "ungreedy"],
	["n", "noCapture"]
]);
const noFlags = {
	caseless: false,
	multiline: false,
	dotAll: false,
	extended: false,
	ungreedy: false,
	noCapture: false
};
const maxRepeat = 65535;
const maxDepth = 250;
/** @throws Pcre2Error */
function parsePcre2(source) {
	return new Parser(source).parse();
}
var Parser = class {
	#reader;
	#names = /* @__PURE__ */ new Map();
	#utf;
	#flags = { ...noFlags };
	#groups = 0;
	#depth = 0;
	constructor(source) {
		this.#reader = new Reader(source);
		this.#utf = this.#reader.take("(*UTF)");
	}
	parse() {
		const root = this.#parseAlternation();
		if (!this.#reader.done) this.#reader.fail(") without (");
		return {
			root,
			groups: this.#groups,
			utf: this.#utf
		};
	}
	/** Up to the closing parenthesis or the end. Flags set inside end with it. */
	#parseAlternation() {
		if (++this.#depth > maxDepth) this.#reader.fail("groups nested too deeply");
		const outer = { ...this.#flags };
		const options = [];
		do
			options.push(this.#parseSequence());
		while (this.#reader.take("|"));
		this.#flags = outer;
		this.#depth--;
		const [only] = options;
		return options.length === 1 && only !== void 0 ? only : {
			type: "alternation",
			options
		};
	}
	#parseSequence() {
		const items = [];
		for (;;) {
			this.#skipIgnored();
			const char = this.#reader.peek();
			if (char === "" || char === "|" || char === ")") break;
			if (this.#reader.take("\\Q")) {
				items.push(...this.#parseQuoted());
				continue;
			}
			if (this.#reader.take("\\E")) continue;
			const atom = this.#parseAtom();
			if (atom !== void 0) items.push(this.#parseQuantifiers(atom));
		}
		return {
			type: "sequence",
			items
		};
	}
	/** Blanks and comments of `(?x)`, and `(?#…)`. */
	#skipIgnored() {
		for (;;) {
			if (this.#flags.extended && this.#reader.takeMatch(/(?:[\t-\r ]|#[^\n]*\n?)+/y) !== void 0) continue;
			if (this.#reader.takeMatch(/\(\?#[^)]*\)/y) !== void 0) continue;
			return;
		}
	}
	#parseQuoted() {
		const items = [];
		while (!this.#reader.done && !this.#reader.take("\\E")) {
			const literal = this.#literal(this.#reader.next().charCodeAt(0));
			const last = this.#reader.take("\\E");
			items.push(last ? this.#parseQuantifiers(literal) : literal);
			if (last) break;
		}
		return items;
	}
	#parseAtom() {
		const char = this.#reader.next();
		switch (char) {
			case ".": return this.#set(this.#flags.dotAll ? everyByte : notNewline);
			case "^": return this.#assertion(this.#flags.multiline ? "lineStart" : "start");
			case "$": return this.#assertion(this.#flags.multiline ? "lineEnd" : "endOrFinalNewline");
			case "[": return this.#parseClass();
			case "(": return this.#parseGroup();
			case "\\": return this.#parseEscape();
			case "*":
			case "+":
			case "?": return this.#reader.fail(`nothing before ${char} to repeat`);
			default: return this.#literal(char.charCodeAt(0));
		}
	}
	#parseClass() {
		if (/^\[:[<>]:\]\]/.test(this.#reader.text.slice(this.#reader.at))) this.#reader.fail("[[:<:]] and [[:>:]] are not supported");
		return this.#set(readClass(this.#reader, this.#flags.caseless));
	}
	#set(set) {
		if (this.#utf && set.some((value, byte) => value === 1 && byte > 127)) this.#reader.fail("with (*UTF) only literal text and ASCII classes are supported");
		return {
			type: "set",
			set
		};
	}
	#assertion(what) {
		return {
			type: "assertion",
			what
		};
	}
	/** A literal character: one byte, or with (*UTF) the bytes of its UTF-8 form. */
	#literal(code) {
		if (!this.#utf || code < 128) {
			if (code > 255) this.#reader.fail("a character above 255 needs (*UTF)");
			const set = setOfByte(code);
			return {
				type: "set",
				set: this.#flags.caseless ? closeOverCase(set) : set
			};
		}
		if (this.#flags.caseless) this.#reader.fail("(?i) with characters above 127 under (*UTF) is not supported");
		if (code > 1114111) this.#reader.fail("not a code point");
		return {
			type: "sequence",
			items: [...Buffer.from(String.fromCodePoint(code), "utf8")].map((byte) => ({
				type: "set",
				set: setOfByte(byte)
			}))
		};
	}
	#parseEscape() {
		const reader = this.#reader;
		const set = escapedSets.get(reader.peek());
		if (set !== void 0) {
			reader.at++;
			return this.#set(set);
		}
		if (reader.takeMatch(/N(?!\{)/y)) return this.#set(notNewline);
		if (reader.take("C")) return this.#set(everyByte);
		if (reader.take("A") || reader.take("G")) return this.#assertion("start");
		if (reader.take("z")) return this.#assertion("end");
		if (reader.take("Z")) return this.#assertion("endOrFinalNewline");
		if (reader.take("b")) return this.#assertion("wordBoundary");
		if (reader.take("B")) return this.#assertion("notWordBoundary");
		if (reader.take("K")) return this.#depth > 1 ? reader.fail("\\K inside a group is not supported") : void 0;
		if (reader.take("R")) return lineBreak();
		return this.#parseReference() ?? this.#parseCharacterEscape();
	}
	#parseCharacterEscape() {
		const code = takeCharacterEscape(this.#reader);
		if (code === void 0) return this.#reader.fail(`escape \\${this.#reader.peek()} is not supported`);
		return this.#literal(code);
	}
	#parseReference() {
		const reader = this.#reader;
		if (reader.takeMatch(/[1-9][0-9]+/y)) reader.fail("write \\g{10} for a group, \\x or \\o{…} for a byte: two digits can mean either");
		const number = reader.takeMatch(/([1-9])/y) ?? reader.takeMatch(/g\{?([+-]?[0-9]+)\}?/y);
		if (number !== void 0) return this.#reference(this.#resolveNumber(number[1] ?? ""));
		const name = reader.takeMatch(/(?:k<(\w+)>|k'(\w+)'|[kg]\{(\w+)\})/y);
		return name === void 0 ? void 0 : this.#namedReference(name[1] ?? name[2] ?? name[3] ?? "");
	}
	#resolveNumber(text) {
		if (text.startsWith("+")) return this.#reader.fail("references to later groups are not supported");
		return text.startsWith("-") ? this.#groups + 1 + Number(text) : Number(text);
	}
	#namedReference(name) {
		const group = this.#names.get(name);
		if (group === void 0) return this.#reader.fail(`no group ${name} before its reference`);
		return this.#reference(group);
	}
	#reference(group) {
		return {
			type: "backreference",
			group,
			caseless: this.#flags.caseless
		};
	}
	/** The reader stands after `(`. Undefined for a mere change of flags. */
	#parseGroup() {
		const reader = this.#reader;
		if (reader.peek() === "*") return reader.fail("verbs (*…) are not supported");
		if (!reader.take("?")) return this.#flags.noCapture ? this.#closeGroup() : this.#parseCapture(void 0);
		const named = reader.takeMatch(/P?<([A-Za-z_]\w*)>/y) ?? reader.takeMatch(/'([A-Za-z_]\w*)'/y);
		if (named !== void 0) return this.#parseCapture(named[1]);
		const reference = reader.takeMatch(/P=(\w+)\)/y);
		if (reference !== void 0) return this.#namedReference(reference[1] ?? "");
		if (reader.take(">")) return {
			type: "atomic",
			body: this.#closeGroup()
		};
		const look = reader.takeMatch(/<?[=!]/y)?.[0];
		if (look !== void 0) {
			const body = this.#closeGroup();
			return {
				type: "look",
				behind: look.startsWith("<"),
				negative: look.endsWith("!"),
				body
			};
		}
		return this.#parseFlags();
	}
	#parseCapture(name) {
		const group = ++this.#groups;
		if (name !== void 0) {
			if (this.#names.has(name)) this.#reader.fail(`two groups named ${name}`);
			this.#names.set(name, group);
		}
		return {
			type: "capture",
			group,
			body: this.#closeGroup()
		};
	}
	#closeGroup() {
		const body = this.#parseAlternation();
		if (!this.#reader.take(")")) this.#reader.fail("( without )");
		return {
			type: "sequence",
			items: [body]
		};
	}
	#parseFlags() {
		const reader = this.#reader;
		const found = reader.takeMatch(/(\^?)([imsxUn]*)(?:-([imsxUn]*))?([:)])/y);
		if (found === void 0) return reader.fail(`(?${reader.peek()} is not supported`);
		const [, reset = "", on = "", off = "", close = ""] = found;
		if (on.includes("xx")) reader.fail("(?xx) is not supported");
		const outer = this.#flags;
		const flags = reset === "" ? { ...outer } : {
			...noFlags,
			ungreedy: outer.ungreedy
		};
		for (const letter of on) setFlag(flags, letter, true);
		for (const letter of off) setFlag(flags, letter, false);
		this.#flags = flags;
		if (close === ")") return void 0;
		const body = this.#closeGroup();
		this.#flags = outer;
		return body;
	}
	#parseQuantifiers(atom) {
		this.#skipIgnored();
		const bounds = takeBounds(this.#reader);
		if (bounds === void 0) return atom;
		if (atom.type === "assertion" || atom.type === "look") this.#reader.fail("a quantifier after an assertion is not supported");
		const lazyMark = this.#reader.take("?");
		const mode = !lazyMark && this.#reader.take("+") ? "possessive" : lazyMark !== this.#flags.ungreedy ? "lazy" : "greedy";
		const repeat = {
			type: "repeat",
			body: atom,
			...bounds,
			mode
		};
		this.#skipIgnored();
		if (takeBounds(this.#reader) !== void 0) this.#reader.fail("a quantifier after a quantifier");
		return repeat;
	}
};
function setFlag(flags, letter, value) {
	const name = flagNames.get(letter);
	if (name !== void 0) flags[name] = value;
}
/** `\R` is atomic in PCRE2. */
function lineBreak() {
	const byte = (code) => ({
		type: "set",
		set: setOfByte(code)
	});
	const single = escapedSets.get("v");
	if (single === void 0) throw new Pcre2Error("\\R is not supported");
	return {
		type: "atomic",
		body: {
			type: "alternation",
			options: [{
				type: "sequence",
				items: [byte(13), byte(10)]
			}, {
				type: "set",
				set: single
			}]
		}
	};
}
function takeBounds(reader) {
	if (reader.take("*")) return {
		min: 0,
		max: Number.POSITIVE_INFINITY
	};
	if (reader.take("+")) return {
		min: 1,
		max: Number.POSITIVE_INFINITY
	};
	if (reader.take("?")) return {
		min: 0,
		max: 1
	};
	const braces = reader.takeMatch(/\{([0-9]+)(,?)([0-9]*)\}/y);
	if (braces === void 0) return void 0;
	const [, low = "", comma = "", high = ""] = braces;
	if (comma === "" && high !== "") return reader.fail("malformed quantifier");
	const min = Number(low);
	const max = comma === "" ? min : high === "" ? Number.POSITIVE_INFINITY : Number(high);
	if (min > maxRepeat || Number.isFinite(max) && max > maxRepeat) reader.fail(`a repeat count is limited to ${maxRepeat}`);
	if (max < min) reader.fail("repeat counts out of order");
	return {
		min,
		max
	};
}
// src/detect/patterns/pcre2.ts
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
function compilePcre2(pattern, options = { captures: false }) {
	try {
		const parsed = parsePcre2(pattern);
		checkPcre2(parsed.root, options.captures);
		return {
			ok: true,
			regex: new CompiledPattern(pattern, parsed, options.captures)
		};
	} catch (error) {
		if (error instanceof Pcre2Error || error instanceof SyntaxError) return {
			ok: false,
			error: error.message
		};
		throw error;
	}
}
/** Whether the pattern has a letter that stands for both its cases. */
function hasCaselessLiteral(node) {
	if (node.type !== "set") return childrenOf(node).some(hasCaselessLiteral);
	const byte = foldedByteOf(node.set);
	return byte !== void 0 && byte >= 97 && byte <= 122;
}
var CompiledPattern = class {
	kind = "pcre2";
	source;
	captures = [];
	requiredLiteral;
	requiredAnyOf;
	#parsed;
	#capture;
	/** The folded text is searched, so that caseless letters are plain ones. Captures need the text as it is. */
	#onFolded;
	#mindsFinalNewline;
	#regexp;
	#groupMap;
	#finalNewlineRegexp;
	constructor(source, parsed, captures) {
		this.source = source;
		this.#parsed = parsed;
		this.#capture = captures && parsed.groups > 0;
		this.#onFolded = !this.#capture && isFoldable(parsed.root) && hasCaselessLiteral(parsed.root);
		this.#mindsFinalNewline = mindsFinalNewline(parsed.root);
		const emitted = emitPcre2(parsed.root, {
			folded: this.#onFolded,
			finalNewline: false
		});
		this.#regexp = new RegExp(emitted.source, "g");
		this.#groupMap = emitted.groupMap;
		this.requiredAnyOf = requiredLiterals(parsed.root);
		this.requiredLiteral = this.requiredAnyOf?.length === 1 ? this.requiredAnyOf[0] : void 0;
	}
	test(subject, from = 0) {
		return this.#run(subject, from, false) !== void 0;
	}
	match(subject, from = 0) {
		return this.#run(subject, from, this.#capture);
	}
	#run(subject, from, capture) {
		if (this.requiredLiteral !== void 0 && !subject.folded.includes(this.requiredLiteral, from)) return void 0;
		const whole = this.#onFolded ? subject.folded : subject.text;
		const text = from === 0 ? whole : whole.slice(from);
		const regexp = this.#chooseRegexp(text);
		regexp.lastIndex = 0;
		if (capture) {
			const found = regexp.exec(text);
			if (found === null) return void 0;
			this.captures = this.#readCaptures(found);
		} else if (!regexp.test(text)) return void 0;
		if (this.#parsed.utf && !isUtf8(Buffer.from(text, "latin1"))) return void 0;
		return from + regexp.lastIndex - 1;
	}
	#chooseRegexp(text) {
		if (!this.#mindsFinalNewline || text.charCodeAt(text.length - 1) !== 10) return this.#regexp;
		const options = {
			folded: this.#onFolded,
			finalNewline: true
		};
		this.#finalNewlineRegexp ??= new RegExp(emitPcre2(this.#parsed.root, options).source, "g");
		return this.#finalNewlineRegexp;
	}
	/** Up to the highest group that took part; one in the middle that did not is empty. */
	#readCaptures(found) {
		const texts = this.#groupMap.slice(1).map((group) => found[group]);
		while (texts.length > 0 && texts.at(-1) === void 0) texts.pop();
		return texts.map((text) => text ?? "");
	}
};
// src/detect/patterns/expression.ts
/** Compiles a pattern of a decoder or rule file. Never throws for a bad pattern. */
function compileExpression(kind, source, options = { captures: false }) {
	switch (kind) {
		case "exact": return {
			ok: true,
			expression: new ExactExpression(source)
		};
		case "osmatch": return {
			ok: true,
			expression: compileOsmatch$1(source)
		};
		case "osregex": {
			const compiled = compileOsregex(source, options);
			return compiled.ok ? {
				ok: true,
				expression: compiled.regex
			} : compiled;
		}
		case "pcre2": {
			const compiled = compilePcre2(source, options);
			return compiled.ok ? {
				ok: true,
				expression: compiled.regex
			} : compiled;
		}
	}
}
/** Exact, case-sensitive equality: the default of a rule's `action`. */
var ExactExpression = class {
	kind = "exact";
	source;
	captures = [];
	requiredLiteral;
	requiredAnyOf;
	constructor(source) {
		this.source = source;
		this.requiredLiteral = source === "" ? void 0 : foldAscii(source);
		this.requiredAnyOf = this.requiredLiteral === void 0 ? void 0 : [this.requiredLiteral];
	}
	test(subject, from = 0) {
		return from === 0 ? subject.text === this.source : subject.text.slice(from) === this.source;
	}
	match(subject, from = 0) {
		return this.test(subject, from) ? subject.text.length - 1 : void 0;
	}
};
// src/detect/alert-data.ts
/** Undefined where the event has no fields. */
function alertData(event) {
	let data;
	const { statics, dynamicCount, dynamicNames, dynamicValues } = event;
	for (let index = 0; index < staticFields.length; index++) {
		const value = statics[index];
		const name = staticFields[index];
		if (value === void 0 || name === void 0) continue;
		data ??= {};
		data[name] = toUnicode(value);
	}
	for (let index = 0; index < dynamicCount; index++) {
		const value = dynamicValues[index];
		if (value === void 0 || value === "") continue;
		data ??= {};
		addNested(data, toUnicode(dynamicNames[index] ?? ""), shownValue(value));
	}
	return data;
}
/** An array that was printed for matching is an array again. */
function shownValue(value) {
	if (value.charCodeAt(0) === 91) {
		const node = readJson(value, true);
		if (node !== void 0) return toJsonValue(node);
	}
	return toUnicode(value);
}
/** The first of members that differ in case only wins; so does the first value. */
function addNested(data, name, value) {
	let object = data;
	let start = 0;
	for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", start)) {
		const key = name.slice(start, dot);
		const existing = memberOf(object, key);
		if (existing === void 0) {
			const created = {};
			setMember(object, key, created);
			object = created;
		} else {
			const inner = object[existing];
			if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return;
			object = inner;
		}
		start = dot + 1;
	}
	const leaf = name.slice(start);
	if (memberOf(object, leaf) === void 0) setMember(object, leaf, value);
}
/** The member's own spelling; undefined where there is none. */
function memberOf(object, key) {
	if (Object.hasOwn(object, key)) return key;
	const folded = foldAscii(key);
	for (const name in object) if (name.length === key.length && foldAscii(name) === folded) return name;
}
// src/detect/alert-time.ts
const minuteMs = 6e4;
let cachedMinute = NaN;
let cachedPrefix = "";
let cachedOffset = "";
function pad(value, digits = 2) {
	return String(value).padStart(digits, "0");
}
/** `2031-03-04T05:06:07.089+0000`. */
function formatTimestamp(timeMs) {
	const minute = Math.floor(timeMs / minuteMs);
	if (minute !== cachedMinute) cacheMinute(minute);
	const rest = Math.floor(timeMs - minute * minuteMs);
	const seconds = Math.floor(rest / 1e3);
	return `${cachedPrefix}${pad(seconds)}.${pad(rest % 1e3, 3)}${cachedOffset}`;
}
/** Consecutive alerts mostly share their minute, and asking for local time is slow. */
function cacheMinute(minute) {
	const date = /* @__PURE__ */ new Date(minute * minuteMs);
	const offset = -date.getTimezoneOffset();
	const sign = offset < 0 ? "-" : "+";
	cachedPrefix = `${`${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`}T${pad(date.getHours())}:${pad(date.getMinutes())}:`;
	cachedOffset = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}${pad(Math.abs(offset) % 60)}`;
	cachedMinute = minute;
}
// src/detect/header.ts
const space = 32;
const colon = 58;
const hyphen = 45;
const dot = 46;
const comma = 44;
const slash = 47;
const openBracket = 91;
const closeBracket = 93;
const pipe = 124;
const tokenBytes = /* @__PURE__ */ new Uint8Array(256);
for (const byte of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789()-./@_") tokenBytes[byte.charCodeAt(0)] = 1;
/** Whether the byte belongs to a host or program name. */
function isTokenByte(code) {
	return tokenBytes[code] === 1;
}
function isDigit(code) {
	return code >= 48 && code <= 57;
}
function isAlphanumeric(code) {
	return isDigit(code) || code >= 65 && code <= 90 || code >= 97 && code <= 122;
}
/** Splits the header off a raw log line (latin1 text). */
function readHeader(text) {
	const length = text.length;
	if (length >= 17) {
		const base = text.charCodeAt(1) === 195 && text.charCodeAt(2) === 164 ? 1 : 0;
		const end = syslogHeaderLength(text, base, length);
		if (end > 0) return readNames(text, end);
		const other = length >= 24 ? readOtherHeader(text, base, length) : void 0;
		if (other !== void 0) return other;
	}
	return {
		timestamp: void 0,
		hostname: void 0,
		programName: void 0,
		log: text,
		adjoining: true
	};
}
/** Length of a header of group S, 0 where there is none. */
function syslogHeaderLength(text, base, length) {
	const at = (index) => text.charCodeAt(base + index);
	if (at(3) === space && at(6) === space && at(9) === colon && at(12) === colon && at(15) === space) return 16;
	if (length < 21) return 0;
	const dated = at(4) === hyphen && at(7) === hyphen && at(13) === colon && at(16) === colon;
	if (dated && length >= 24 && at(10) === space && at(19) === comma) return 24;
	if (dated && length >= 33 && at(10) === 84) {
		const isoLength = isoHeaderLength(at);
		if (isoLength > 0) return isoLength;
	}
	if (isDigit(at(0)) && at(4) === space && at(8) === space && at(11) === space && at(14) === colon && at(17) === colon && at(20) === space) return 21;
	return dated && length >= 33 && isDigit(at(0)) && at(10) === space && at(19) === dot && at(31) === space && (at(26) === hyphen || at(26) === 43) ? 32 : 0;
}
function isoHeaderLength(at) {
	if (at(22) === colon && at(25) === space) return 26;
	if (at(19) !== dot) return 0;
	if (at(26) === colon) return 30;
	return at(29) === colon ? 33 : 32;
}
function headerOf(timestamp, log) {
	return {
		timestamp,
		hostname: void 0,
		programName: void 0,
		log,
		adjoining: false
	};
}
/** Group O: formats without host and program. */
function readOtherHeader(text, base, length) {
	const at = (index) => text.charCodeAt(base + index);
	if (length >= 28 && at(3) === space && at(7) === space && at(10) === space && at(13) === colon && at(16) === colon && at(19) === space && at(24) === space && at(26) === space) return headerOf(text.slice(0, 24), text.slice(25));
	if (at(2) === slash && at(5) === hyphen && at(8) === colon && at(11) === colon && at(14) === dot && at(21) === space) return headerOf(text.slice(0, 21), text.slice(23));
	if (length >= 28 && at(2) === slash && at(5) === slash && at(10) === hyphen && at(13) === colon && at(16) === colon && at(19) === dot && at(26) === space) return headerOf(text.slice(0, 26), text.slice(28));
	if (at(0) === openBracket) return readBracketHeader(text, at, length);
	return readSquidHeader(text, at, length);
}
function readBracketHeader(text, at, length) {
	if (length >= 27 && at(4) === space && at(8) === space && at(11) === space && at(14) === colon && at(17) === colon && at(20) === space && at(25) === closeBracket) return headerOf(text.slice(1, 25), text.slice(27));
	return length >= 26 && at(1) === 84 && at(5) === space && at(10) === dot && at(13) === dot && at(16) === space && at(19) === colon ? readAslHeader(text) : void 0;
}
/** `[Time …] [Facility …] [Sender x] … [Message …] … [Host h]` of OS X. */
function readAslHeader(text) {
	let programName;
	let hostname;
	let log;
	for (let open = text.indexOf("[", 25); open >= 0; open = text.indexOf("[", open + 1)) {
		const close = text.indexOf("]", open);
		if (close < 0) break;
		if (programName === void 0 && text.startsWith("Sender ", open + 1)) programName = text.slice(open + 8, close);
		else if (log === void 0 && text.startsWith("Message ", open + 1)) log = text.slice(open + 9, close);
		else if (text.startsWith("Host ", open + 1)) {
			hostname = text.slice(open + 6, close);
			break;
		}
		open = close;
	}
	return {
		timestamp: void 0,
		hostname,
		programName,
		log: log ?? text,
		adjoining: false
	};
}
function readSquidHeader(text, at, length) {
	if (!(length >= 32 && at(0) === 49 && isDigit(at(1)) && isDigit(at(2)) && isDigit(at(3)) && at(10) === dot && isDigit(at(13)) && at(14) === space && (at(21) === space || at(22) === space))) return void 0;
	let start = 14;
	while (text.charCodeAt(start) === space) start++;
	return headerOf(text.slice(0, start - 1), text.slice(start));
}
function skipToken(text, from) {
	let index = from;
	while (tokenBytes[text.charCodeAt(index)] === 1) index++;
	return index;
}
function skipDigits(text, from) {
	let index = from;
	while (isDigit(text.charCodeAt(index))) index++;
	return index;
}
function skipAlphanumerics(text, from) {
	let index = from;
	while (isAlphanumeric(text.charCodeAt(index))) index++;
	return index;
}
/** Host and program of a header of group S that ends before `end`. */
function readNames(text, end) {
	const timestamp = text.slice(0, end - 1);
	const start = text.charCodeAt(end) === space ? end + 1 : end;
	const tokenEnd = skipToken(text, start);
	const after = text.charCodeAt(tokenEnd);
	if (after === colon && text.charCodeAt(tokenEnd + 1) === space) return {
		timestamp,
		hostname: void 0,
		programName: text.slice(start, tokenEnd),
		log: cutMessageId(text, tokenEnd + 2),
		adjoining: false
	};
	if (after !== space) return headerOf(timestamp, text.slice(start));
	const program = readProgram(text, tokenEnd + 1);
	return {
		timestamp,
		hostname: text.slice(start, tokenEnd),
		programName: program.name,
		log: cutMessageId(text, program.logStart),
		adjoining: program.adjoining
	};
}
function readProgram(text, start) {
	const end = skipToken(text, start);
	const after = text.charCodeAt(end);
	if (after === colon) {
		const logStart = skipOneSpace(text, end + 1);
		return {
			name: text.slice(start, end),
			logStart,
			adjoining: logStart === end + 1
		};
	}
	if (after === openBracket && isDigit(text.charCodeAt(end + 1))) {
		const close = skipDigits(text, end + 1);
		if (text.charCodeAt(close) === closeBracket) {
			const next = text.charCodeAt(close + 1);
			if (next === colon) return {
				name: text.slice(start, end),
				logStart: skipOneSpace(text, close + 2),
				adjoining: false
			};
			if (next === space) return {
				name: text.slice(start, end),
				logStart: close + 2,
				adjoining: false
			};
		}
		return {
			name: void 0,
			logStart: start,
			adjoining: true
		};
	}
	const letter = text.charCodeAt(end + 1);
	if (after === pipe && letter >= 97 && letter <= 122) return readAixProgram(text, start, end + 1);
	return {
		name: void 0,
		logStart: start,
		adjoining: true
	};
}
/** `auth|security:info prog[1]: …`. */
function readAixProgram(text, logStart, from) {
	const none = {
		name: void 0,
		logStart,
		adjoining: true
	};
	const facilityEnd = skipAlphanumerics(text, from);
	if (text.charCodeAt(facilityEnd) !== colon) return none;
	const severityEnd = skipAlphanumerics(text, facilityEnd + 1);
	if (text.charCodeAt(severityEnd) !== space) return none;
	const start = severityEnd + 1;
	const end = skipToken(text, start);
	const name = text.slice(start, end);
	const after = text.charCodeAt(end);
	if (after === colon && text.charCodeAt(end + 1) === space) return {
		name,
		logStart: end + 2,
		adjoining: false
	};
	if (after !== openBracket || !isDigit(text.charCodeAt(end + 1))) return none;
	const close = skipDigits(text, end + 1);
	return text.startsWith("]: ", close) ? {
		name,
		logStart: close + 3,
		adjoining: false
	} : {
		name,
		logStart,
		adjoining: true
	};
}
function skipOneSpace(text, index) {
	return text.charCodeAt(index) === space ? index + 1 : index;
}
/** Solaris: `[ID 800047 auth.info] text`. */
function cutMessageId(text, start) {
	if (text.startsWith("[ID ", start)) {
		const close = text.indexOf("]", start);
		if (close >= 0) return text.slice(close + 2);
	}
	return text.slice(start);
}
const jsonHostname = /^[A-Z][a-z][a-z] [ 0-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} ([^ ]+)/;
/** The host that alerts show, which is not the one that rules see. // spec ruleset §9.5 */
function shownHostname(fullLog) {
	if (fullLog.charCodeAt(3) !== space || fullLog.charCodeAt(15) !== space) return void 0;
	return jsonHostname.exec(fullLog)?.[1];
}
// src/detect/rules/description.ts
const expandedLimit = 1024;
function readDescription(text) {
	const parts = [];
	let start = 0;
	for (let open = text.indexOf("$("); open >= 0; open = text.indexOf("$(", start)) {
		const close = text.indexOf(")", open);
		if (close < 0) break;
		if (open > start) parts.push(text.slice(start, open));
		parts.push({ field: text.slice(open + 2, close) });
		start = close + 1;
	}
	if (start < text.length) parts.push(text.slice(start));
	return parts;
}
/** Unknown and unset fields are empty; a text of 1,024 bytes or more falls back to the raw one. */
function expandDescription(definition, event) {
	const { description } = definition;
	if (description.length === 1 && typeof description[0] === "string") return description[0];
	let text = "";
	for (const part of description) text += typeof part === "string" ? part : valueOf(event, part.field) ?? "";
	return text.length >= expandedLimit ? definition.rawDescription : text;
}
function valueOf(event, field) {
	const index = slotOf(field);
	if (index !== void 0) return event.statics[index];
	if (field === "program_name") return event.programName;
	if (field === "hostname") return event.hostname;
	return event.findField(field);
}
// src/detect/alert-output.ts
/** `rule` is undefined where none matched; `firedTimes` may be that of another rule. // spec ruleset §7.3 */
function buildAlert(event, rule, firedTimes, context) {
	const alert = { timestamp: formatTimestamp(event.timeMs) };
	if (rule !== void 0) alert.rule = buildRule(event, rule, firedTimes, context);
	alert.agent = buildAgent(event, context.hostname);
	alert.manager = { name: context.hostname };
	alert.id = event.messageId;
	const previous = event.previousOutput;
	if (previous !== void 0 && previous.length > 1 && previous[1] !== "") alert.previous_output = toUnicode(previous.join("\n"));
	if (rule?.definition.noFullLog !== true) alert.full_log = toUnicode(event.fullLog);
	const predecoder = buildPredecoder(event);
	if (predecoder !== void 0) alert.predecoder = predecoder;
	alert.decoder = buildDecoder(event);
	if (event.previousLog !== void 0) alert.previous_log = toUnicode(event.previousLog);
	const data = alertData(event);
	if (data !== void 0) alert.data = data;
	alert.location = shownLocation(event.location);
	return alert;
}
function buildRule(event, rule, firedTimes, context) {
	const { definition } = rule;
	const { shown } = definition;
	const built = {};
	if (definition.level > 0 || context.showsLevelZero) built.level = definition.level;
	built.description = toUnicode(expandDescription(definition, event));
	built.id = rule.id;
	const mitre = context.mitreOf(rule);
	if (mitre !== void 0) built.mitre = mitre;
	if (shown.cve !== void 0) built.cve = shown.cve;
	if (shown.info !== void 0) built.info = shown.info;
	if (rule.source !== void 0) built.frequency = definition.frequency + 2;
	if (!definition.noCounter) built.firedtimes = firedTimes;
	built.mail = definition.mail;
	built.groups = shown.groups;
	Object.assign(built, shown.compliance);
	return built;
}
function buildAgent(event, hostname) {
	const { agentId, location } = event;
	if (!location.startsWith("(")) return agentId === "000" ? {
		id: agentId,
		name: hostname
	} : { id: agentId };
	const close = location.indexOf(")");
	const name = toUnicode(location.slice(1, close < 0 ? void 0 : close));
	const start = location.indexOf(") ") + 2;
	const end = location.indexOf("-", start);
	const ip = start < 2 || end < 0 ? "any" : toUnicode(location.slice(start, end));
	return ip === "any" ? {
		id: agentId,
		name
	} : {
		id: agentId,
		name,
		ip
	};
}
function buildPredecoder(event) {
	const { programName, timestamp } = event;
	const hostname = shownHostname(event.fullLog);
	if (programName === void 0 && timestamp === void 0 && hostname === void 0) return void 0;
	const predecoder = {};
	if (programName !== void 0) predecoder.program_name = toUnicode(programName);
	if (timestamp !== void 0) predecoder.timestamp = toUnicode(timestamp);
	if (hostname !== void 0) predecoder.hostname = toUnicode(hostname);
	return predecoder;
}
function buildDecoder(event) {
	const { decoder } = event;
	if (decoder === void 0) return {};
	const built = {};
	if (decoder.accumulate) built.accumulate = 1;
	if (decoder.parent !== void 0) built.parent = toUnicode(decoder.parent);
	built.name = toUnicode(decoder.name);
	if (decoder.firstSeenComment !== void 0) built.ftscomment = toUnicode(decoder.firstSeenComment);
	return built;
}
function shownLocation(location) {
	if (!location.startsWith("(")) return toUnicode(location);
	const arrow = location.indexOf(">");
	return toUnicode(arrow < 0 ? location : location.slice(arrow + 1));
}
// src/detect/correlation/entries.ts
const compactAt = 32;
var Entries = class {
	items = [];
	head = 0;
	get size() {
		return this.items.length - this.head;
	}
	push(event) {
		this.items.push(event);
	}
	/** Index 0 is the newest. */
	newest(index) {
		const at = this.items.length - 1 - index;
		return at < this.head ? void 0 : this.items[at];
	}
	oldest() {
		return this.items[this.head];
	}
	/** Lets go of entries up to and including this sequence. */
	dropThrough(sequence) {
		for (let first = this.items[this.head]; first !== void 0 && first.sequence <= sequence;) {
			this.head++;
			first = this.items[this.head];
		}
		if (this.head >= compactAt && this.head * 2 >= this.items.length) {
			this.items = this.items.slice(this.head);
			this.head = 0;
		}
	}
};
// src/detect/correlation/memory.ts
/** At least so many events are let go of at once. */
const droppedAtOnce = 10;
var CorrelationMemory = class {
	lists;
	capacity;
	maxFrequency;
	all = [];
	head = 0;
	lastSequence = 0;
	usedUp = [];
	constructor(tree, capacity) {
		this.lists = tree.lists.divisions.map((keys) => keys.map((key) => ({
			key,
			entries: /* @__PURE__ */ new Map()
		})));
		this.capacity = capacity;
		this.maxFrequency = tree.maxFrequency;
	}
	/** Events remembered after this sequence, oldest first. */
	rememberedAfter(sequence) {
		const found = [];
		for (let index = this.all.length - 1; index >= this.head; index--) {
			const entry = this.all[index];
			if (entry === void 0 || entry.event.sequence <= sequence) break;
			found.push(entry);
		}
		return found.reverse();
	}
	/** Index 0 is the newest of all events. */
	newest(index) {
		const at = this.all.length - 1 - index;
		return at < this.head ? void 0 : this.all[at];
	}
	get size() {
		return this.all.length - this.head;
	}
	/** The sequence of the newest event that was ever remembered. */
	get newestSequence() {
		return this.lastSequence;
	}
	get oldestSequence() {
		return this.all[this.head]?.event.sequence ?? this.lastSequence + 1;
	}
	remember(event, rule) {
		event.sequence = ++this.lastSequence;
		this.append(event, rule);
		if (this.size > this.capacity) this.makeRoom(event.second);
	}
	append(event, rule) {
		this.all.push({
			event,
			rule
		});
		this.addToLists(event, rule);
	}
	addToLists(event, rule) {
		if (rule.ownList >= 0) this.addToList(event, rule.ownList);
		else for (const list of rule.groupLists) this.addToList(event, list);
	}
	addToList(event, list) {
		for (const { key, entries } of this.lists[list] ?? []) {
			const text = divisionOf(event, key);
			if (text === void 0) continue;
			let division = entries.get(text);
			if (division === void 0) {
				division = new Entries();
				entries.set(text, division);
			}
			division.push(event);
		}
	}
	/** The entries that share with the event what this division demands; undefined where the event lacks a field. */
	entriesFor(event, list, index) {
		const division = this.lists[list]?.[index];
		if (division === void 0) return void 0;
		const text = divisionOf(event, division.key);
		return text === void 0 ? void 0 : division.entries.get(text);
	}
	/** Frees the oldest events, and further those too old for any frequency to count them. */
	makeRoom(now) {
		for (let dropped = 0; this.head < this.all.length; dropped++) {
			const oldest = this.all[this.head];
			if (oldest === void 0) break;
			if (dropped >= droppedAtOnce && now - oldest.event.second <= this.maxFrequency) break;
			this.all[this.head] = void 0;
			this.head++;
			this.removeFromLists(oldest);
		}
		if (this.head > this.capacity) {
			this.all = this.all.slice(this.head);
			this.head = 0;
		}
	}
	removeFromLists({ event, rule }) {
		const lists = rule.ownList >= 0 ? [rule.ownList] : rule.groupLists;
		for (const list of lists) for (const { key, entries } of this.lists[list] ?? []) {
			const text = divisionOf(event, key);
			const division = text === void 0 ? void 0 : entries.get(text);
			if (text === void 0 || division === void 0) continue;
			division.dropThrough(event.sequence);
			if (division.size === 0) entries.delete(text);
		}
	}
	/** The event counts no more for rules of this level and lower. */
	useUp(event, level) {
		event.matched = level;
		this.usedUp.push(event);
	}
	/** Events used up since the last call. */
	takeUsedUp() {
		const { usedUp } = this;
		this.usedUp = [];
		return usedUp;
	}
	/** Puts an event of an earlier run back; oldest first. */
	restore(event, rule) {
		this.lastSequence = Math.max(this.lastSequence, event.sequence);
		this.append(event, rule);
	}
	/** The next sequence is greater than this. */
	restoreSequence(sequence) {
		this.lastSequence = Math.max(this.lastSequence, sequence);
	}
};
/** Lengths keep values that contain a separator apart. */
function divisionOf(event, key) {
	let text = key.agent ? event.agentId : "";
	for (const index of key.slots) {
		const value = event.statics[index];
		if (value === void 0) return void 0;
		text += `|${value.length}:${value}`;
	}
	if (key.location) text += `|${event.location.length}:${event.location}`;
	for (const name of key.dynamic) {
		const value = event.findDynamic(name);
		if (value === void 0) return void 0;
		text += `|${value.length}:${value}`;
	}
	return text;
}
// src/detect/decoders/accumulate.ts
const lifetimeSeconds = 120;
const longestValue = 80;
/** Ids come from logs: beyond this the oldest entries are forgotten. */
const remembered$1 = 8192;
const accumulatedSlots = [
	slot.dstuser,
	slot.srcuser,
	slot.dstip,
	slot.srcip,
	slot.dstport,
	slot.srcport,
	slot.data
];
var Accumulator = class {
	entries = /* @__PURE__ */ new Map();
	accumulate(event) {
		const { decoder } = event;
		const id = event.statics[slot.id];
		if (decoder === void 0 || id === void 0) return;
		const key = `${event.hostname} ${decoder.name} ${id}`;
		const stored = this.entries.get(key);
		const entry = stored !== void 0 && event.second - stored.second < lifetimeSeconds ? stored : {
			second: event.second,
			values: []
		};
		for (const [position, index] of accumulatedSlots.entries()) {
			event.statics[index] ??= entry.values[position];
			const value = event.statics[index];
			if (value !== void 0 && value.length <= longestValue) entry.values[position] ??= value;
		}
		entry.second = event.second;
		this.entries.delete(key);
		this.entries.set(key, entry);
		if (this.entries.size > remembered$1) this.forgetOldest();
	}
	forgetOldest() {
		for (const key of this.entries.keys()) {
			this.entries.delete(key);
			return;
		}
	}
};
// src/detect/decoders/json-decoder.ts
/** Exact names at the top level; `systemname` is how JSON spells it. */
const staticKeys = /* @__PURE__ */ new Map([
	["srcip", slot.srcip],
	["dstip", slot.dstip],
	["dstport", slot.dstport],
	["srcport", slot.srcport],
	["protocol", slot.protocol],
	["action", slot.action],
	["srcuser", slot.srcuser],
	["dstuser", slot.dstuser],
	["id", slot.id],
	["status", slot.status],
	["url", slot.url],
	["data", slot.data],
	["extra_data", slot.extra_data],
	["systemname", slot.system_name]
]);
/** Keys repeat from line to line; they come from logs, so the memory of them is bounded. */
const foldedKeys = /* @__PURE__ */ new Map();
const foldedKeysLimit = 4096;
function foldKey(key) {
	const known = foldedKeys.get(key);
	if (known !== void 0) return known;
	if (foldedKeys.size >= foldedKeysLimit) foldedKeys.clear();
	const folded = foldAscii(key);
	foldedKeys.set(key, folded);
	return folded;
}
/** Fills fields from the text. Text that is not JSON gives none. */
function decodeJson(event, text, options) {
	const node = readJson(text);
	if (node instanceof JsonMembers) addMembers(event, node, "", options);
}
function addMembers(event, members, prefix, options) {
	const { keys, values } = members;
	for (let index = 0; index < keys.length; index++) {
		const key = prefix + (keys[index] ?? "");
		const value = values[index];
		if (value instanceof JsonMembers) addMembers(event, value, `${key}.`, options);
		else if (value !== void 0) addValue(event, key, value, options);
	}
}
function addValue(event, key, value, options) {
	const text = fieldText(value, options);
	if (text === void 0) return;
	const target = staticKeys.get(key);
	if (target !== void 0) event.statics[target] = text;
	else if (key === "user" && event.statics[slot.dstuser] === void 0) event.statics[slot.dstuser] = text;
	else if (!event.dynamicFull) event.addDynamic(key, foldKey(key), text);
}
function fieldText(value, options) {
	if (typeof value === "string") return value;
	if (typeof value === "number") return numberField(value);
	if (value === null) return options.discardNulls ? void 0 : "null";
	if (!Array.isArray(value)) return String(value);
	if (options.arrays === "dropped") return void 0;
	return options.arrays === "csv" ? joinScalars(value, options) : printJson(value);
}
function joinScalars(items, options) {
	return items.filter((item) => !Array.isArray(item) && !(item instanceof JsonMembers)).map((item) => fieldText(item, options) ?? "").join(",");
}
// src/detect/decoders/pf-decoder.ts
function decodePf(event) {
	const { log, statics } = event;
	const close = log.indexOf(")");
	if (close < 0 || log[close + 1] !== " ") return;
	const letter = log[close + 2];
	if (letter !== "p" && letter !== "b") return;
	statics[slot.action] = letter === "p" ? "pass" : "block";
	const colon = log.indexOf(": ", close);
	if (colon < 0) return;
	const space = log.indexOf(" ", colon + 2);
	if (space < 0) return;
	setEndpoint(event, log.slice(colon + 2, space), slot.srcip, slot.srcport);
	if (!log.startsWith("> ", space + 1)) return;
	const end = log.indexOf(":", space + 3);
	if (end < 0) return;
	setEndpoint(event, log.slice(space + 3, end), slot.dstip, slot.dstport);
	const kind = log.slice(end + 1).trimStart()[0];
	if (kind === void 0) return;
	statics[slot.protocol] = kind === "u" ? "UDP" : kind === "i" ? "ICMP" : "TCP";
}
/** `192.0.2.1.443`: what follows the fourth dot is the port. */
function setEndpoint(event, text, ipSlot, portSlot) {
	const parts = text.split(".");
	event.statics[ipSlot] = parts.slice(0, 4).join(".");
	if (parts.length > 4) event.statics[portSlot] = parts.slice(4).join(".");
}
// src/detect/decoders/sonicwall-decoder.ts
const protocolLimit = 6;
const passIds = /* @__PURE__ */ new Set([
	"98",
	"597",
	"598"
]);
const dropIds = /* @__PURE__ */ new Set([
	"36",
	"37",
	"38",
	"173",
	"174"
]);
function compile(pattern) {
	const compiled = compileExpression("osregex", pattern, { captures: true });
	if (!compiled.ok) throw new Error(compiled.error);
	return compiled.expression;
}
const head = compile("pri=(\\d) c=(\\d+) m=(\\d+) ");
const addresses = compile("src=(\\d+.\\d+.\\d+.\\d+):(\\d+):\\S+ dst=(\\d+.\\d+.\\d+.\\d+):(\\d+):");
const webAccess = compile("result=(\\d+) dstname=(\\S+) arg=(\\S+)");
function decodeSonicWall(event) {
	const { statics, subject } = event;
	event.category = "syslog";
	const end = head.match(subject);
	if (end === void 0) return;
	const [status, category, id] = head.captures;
	statics[slot.status] = status;
	statics[slot.id] = id;
	const addressEnd = addresses.match(subject, end);
	if (addressEnd === void 0) return;
	[statics[slot.srcip], statics[slot.srcport], statics[slot.dstip], statics[slot.dstport]] = addresses.captures;
	readProtocol(event, addressEnd);
	chooseCategory(event, category ?? "", id ?? "", addressEnd);
}
function readProtocol(event, from) {
	const space = event.log.indexOf(" ", from);
	if (space < 0 || !event.log.startsWith("proto=", space + 1)) return;
	const start = space + 7;
	let end = start;
	while (end - start < protocolLimit && event.log[end] !== "/" && isTokenByte(event.log.charCodeAt(end))) end++;
	event.statics[slot.protocol] = event.log.slice(start, end);
}
function chooseCategory(event, category, id, from) {
	if (category === "32") event.category = "ids";
	else if (passIds.has(id)) setFirewall(event, "pass");
	else if (dropIds.has(id)) setFirewall(event, "drop");
	else if (id === "537") setFirewall(event, "close");
	else if (id === "97") {
		event.category = "squid";
		if (webAccess.match(event.subject, from) === void 0) return;
		const [result = "", name = "", path = ""] = webAccess.captures;
		event.statics[slot.id] = result;
		event.statics[slot.url] = name + path;
	}
}
function setFirewall(event, action) {
	event.category = "firewall";
	event.statics[slot.action] = action;
}
// src/detect/decoders/symantec-decoder.ts
const idLength = 9;
function decodeSymantecWs(event) {
	const first = event.log.indexOf(",");
	if (first < 0) return;
	const { statics } = event;
	for (const piece of event.log.slice(first + 1).split(",")) if (piece.startsWith("10=")) statics[slot.dstuser] ??= piece.slice(3);
	else if (piece.startsWith("11=")) statics[slot.srcip] ??= piece.slice(3, 131);
	else if (piece.startsWith("60=")) statics[slot.url] ??= piece.slice(3, 1027);
	else if (piece.startsWith("2=") || piece.startsWith("3=")) statics[slot.id] ??= piece.slice(0, idLength);
}
// src/detect/decoders/plugins.ts
function runPlugin(event, plugin, progress) {
	switch (plugin) {
		case "JSON_Decoder":
			runJson(event, progress);
			return;
		case "PF_Decoder":
			decodePf(event);
			return;
		case "SymantecWS_Decoder":
			decodeSymantecWs(event);
			return;
		case "SonicWall_Decoder":
			decodeSonicWall(event);
			return;
		case "OSSECAlert_Decoder":
			event.category = "ossec alert";
			return;
	}
}
function runJson(event, progress) {
	const { decoder } = event;
	if (decoder === void 0) return;
	const start = startAt(decoder.pluginOffset, progress);
	decodeJson(event, start === 0 ? event.log : event.log.slice(start), {
		discardNulls: decoder.discardNulls,
		arrays: decoder.arraysAsCsv ? "csv" : "printed"
	});
}
function startAt(offset, progress) {
	if (offset === "parent") return progress.afterParent;
	return offset === "prematch" ? progress.afterPrematch : 0;
}
// src/detect/decoders/decode.ts
function decode(event, tree, adjoining) {
	const { programName } = event;
	const tops = programName === void 0 ? tree.unnamed : tree.candidatesFor(programName);
	for (const top of tops) {
		const { prematch } = top.decoder;
		let after = 0;
		if (prematch !== void 0) {
			const end = prematch.match(event.subject);
			if (end === void 0) continue;
			after = positionAfter(end, event.log.length, adjoining);
		}
		takeDecoder(event, top, {
			afterParent: 0,
			afterPrematch: after,
			afterRegex: after,
			adjoining
		});
		return;
	}
}
/** Where a remainder begins after a match that ended at `end`. */
function positionAfter(end, length, adjoining) {
	if (end < 0) return adjoining ? length : 0;
	return end >= length ? length : end + 1;
}
function setDecoder(event, decoder) {
	event.decoder = decoder;
	event.category = decoder.category;
}
function takeDecoder(event, top, progress) {
	setDecoder(event, top.decoder);
	if (top.children.length === 0) {
		runDecoder(event, top.decoder, progress);
		return;
	}
	let index = chooseChild(event, top.children, progress);
	for (let child = top.children[index]; child !== void 0; child = top.children[++index]) {
		runDecoder(event, child.decoder, progress);
		if (!child.next) return;
	}
}
/** Index of the entry to run first; the number of children where none is to be. */
function chooseChild(event, children, progress) {
	const after = progress.afterPrematch;
	let index = 0;
	for (let child = children[index]; child !== void 0; child = children[index]) {
		const { decoder } = child;
		if (decoder.prematch === void 0) {
			progress.afterParent = after;
			return index;
		}
		const end = decoder.prematch.match(event.subject, decoder.prematchAfterParent ? after : 0);
		if (end !== void 0) {
			setDecoder(event, decoder);
			progress.afterParent = after;
			progress.afterPrematch = positionAfter(end, event.log.length, progress.adjoining);
			progress.afterRegex = progress.afterPrematch;
			return index;
		}
		while (children[index]?.next === true) index++;
		index++;
	}
	return index;
}
function runDecoder(event, decoder, progress) {
	if (decoder.plugin !== void 0) runPlugin(event, decoder.plugin, progress);
	else if (decoder.regex !== void 0) runRegex(event, decoder, progress);
}
function startOf(decoder, progress) {
	switch (decoder.regexOffset) {
		case "parent": return progress.afterParent;
		case "prematch": return progress.afterPrematch;
		case "regex": return progress.afterRegex;
		case "none": return 0;
	}
}
function runRegex(event, decoder, progress) {
	const { regex, order } = decoder;
	const end = regex?.match(event.subject, startOf(decoder, progress));
	if (regex === void 0 || end === void 0) return;
	progress.afterRegex = positionAfter(end, event.log.length, progress.adjoining);
	const { captures } = regex;
	const full = event.dynamicFull;
	const count = Math.min(order.length, captures.length);
	for (let index = 0; index < count; index++) {
		const target = order[index];
		const value = captures[index];
		if (target === void 0 || value === void 0) continue;
		if (target.slot >= 0) event.statics[target.slot] = value;
		else if (!full) event.addDynamic(target.name, target.folded, value);
	}
}
// src/detect/envelope.ts
function originOf(message) {
	const { agent } = message;
	if (agent === void 0) return {
		agentId: "000",
		location: toBytes(message.location),
		hostname: void 0
	};
	const name = toBytes(agent.name);
	return {
		agentId: agent.id,
		location: `(${name}) ${agent.ip}->${toBytes(message.location)}`,
		hostname: name
	};
}
/** Name cut at the first dot. */
function shortName(hostname) {
	const dot = hostname.indexOf(".");
	return dot < 0 ? hostname : hostname.slice(0, dot);
}
// src/detect/event.ts
const noTexts = [];
var Event = class {
	messageId;
	timeMs;
	/** Arrival, whole seconds: the resolution of every timeframe. */
	second;
	agentId;
	/** `path`, or `(name) ip->path` of an agent. */
	location;
	fullLog;
	log;
	timestamp = void 0;
	programName = void 0;
	hostname;
	decoder = void 0;
	category = "syslog";
	logSubject = void 0;
	staticSubjects = void 0;
	dynamicSubjects = void 0;
	statics = new Array(staticFields.length).fill(void 0);
	dynamicCount = 0;
	dynamicNames = noTexts;
	dynamicFolded = noTexts;
	dynamicValues = noTexts;
	/** Highest level of a composite that used this event up. // spec ruleset §8.3 */
	matched = 0;
	previousOutput = void 0;
	previousLog = void 0;
	/** Position in the order of remembered events; 0 while not remembered. */
	sequence = 0;
	constructor(messageId, timeMs, agentId, location, fullLog, log, hostname) {
		this.messageId = messageId;
		this.timeMs = timeMs;
		this.second = Math.floor(timeMs / 1e3);
		this.agentId = agentId;
		this.location = location;
		this.fullLog = fullLog;
		this.log = log;
		this.hostname = hostname;
	}
	addDynamic(name, folded, value) {
		if (this.dynamicNames === noTexts) {
			this.dynamicNames = [];
			this.dynamicFolded = [];
			this.dynamicValues = [];
		}
		this.dynamicNames.push(name);
		this.dynamicFolded.push(folded);
		this.dynamicValues.push(value);
		this.dynamicCount++;
	}
	get dynamicFull() {
		return this.dynamicCount >= 256;
	}
	/** Case-insensitive; the first of equal names. `folded` is already in lower case. */
	findDynamic(folded) {
		const index = this.dynamicFolded.indexOf(folded);
		return index < 0 ? void 0 : this.dynamicValues[index];
	}
	/** The log as patterns see it: folded once. */
	get subject() {
		this.logSubject ??= new Subject(this.log);
		return this.logSubject;
	}
	staticSubject(index) {
		const value = this.statics[index];
		if (value === void 0) return void 0;
		this.staticSubjects ??= new Array(staticFields.length).fill(void 0);
		let subject = this.staticSubjects[index];
		if (subject === void 0) {
			subject = new Subject(value);
			this.staticSubjects[index] = subject;
		}
		return subject;
	}
	dynamicSubject(folded) {
		const index = this.dynamicFolded.indexOf(folded);
		if (index < 0) return void 0;
		this.dynamicSubjects ??= [];
		let subject = this.dynamicSubjects[index];
		if (subject === void 0) {
			subject = new Subject(this.dynamicValues[index] ?? "");
			this.dynamicSubjects[index] = subject;
		}
		return subject;
	}
	findField(name) {
		return this.findDynamic(foldAscii(name));
	}
	get user() {
		return this.statics[slot.dstuser] ?? this.statics[slot.srcuser];
	}
};
// src/detect/correlation/search.ts
const previousLimit = 11;
/** True where the rule fires; the event then carries the earlier logs and counts as used up. */
function correlate(event, rule, source, memory) {
	switch (source.kind) {
		case "list": return searchList(event, rule, source.list, source.index, memory);
		case "regex": return searchLogs(event, rule, source.expression, memory);
		case "nothing": return false;
	}
}
function searchList(event, rule, list, index, memory) {
	const entries = memory.entriesFor(event, list, index);
	if (entries === void 0) return false;
	const { frequency, timeframe, level, correlation } = rule.definition;
	if (entries.size <= frequency) return false;
	const compares = hasDifferences(correlation);
	let count = 0;
	let first;
	const previous = [];
	for (let at = 0;; at++) {
		const earlier = entries.newest(at);
		if (earlier === void 0 || event.second - earlier.second > timeframe) return false;
		if (compares && !differs(event, earlier, correlation)) continue;
		if (earlier.matched >= level) return false;
		if (previous.length < previousLimit) previous.push(earlier.fullLog);
		if (count === frequency) {
			useUp(event, first, level, previous, memory);
			return true;
		}
		count++;
		first ??= earlier;
	}
}
/** The newest counted event becomes a wall: no rule of this level or lower counts past it. */
function useUp(event, first, level, previous, memory) {
	event.matched = level;
	if (first !== void 0) memory.useUp(first, level);
	event.previousOutput = previous;
}
function hasDifferences(options) {
	return options.differentSlots.length > 0 || options.differentDynamic.length > 0 || options.differentLocation;
}
function differs(event, earlier, options) {
	if (options.differentDynamic.length > 0) {
		if (event.dynamicCount === 0 && earlier.dynamicCount === 0) return false;
		for (const name of options.differentDynamic) {
			const value = event.findDynamic(name);
			if (value !== void 0 && value === earlier.findDynamic(name)) return false;
		}
	}
	for (const index of options.differentSlots) {
		const value = event.statics[index];
		if (value !== void 0 && value === earlier.statics[index]) return false;
	}
	return !(options.differentLocation && event.location === earlier.location);
}
function shares(event, earlier, options) {
	for (const index of options.sameSlots) {
		const value = event.statics[index];
		if (value === void 0 || value !== earlier.statics[index]) return false;
	}
	for (const name of options.sameDynamic) {
		const value = event.findDynamic(name);
		if (value === void 0 || value !== earlier.findDynamic(name)) return false;
	}
	return !(options.sameLocation && event.location !== earlier.location);
}
/** Counts over the logs of all events. */
function searchLogs(event, rule, expression, memory) {
	const { frequency, timeframe, level, correlation } = rule.definition;
	let count = 0;
	let first;
	const previous = [];
	for (let at = 0;; at++) {
		const earlier = memory.newest(at)?.event;
		if (earlier === void 0 || event.second - earlier.second > timeframe) return false;
		if (!correlation.globalFrequency && earlier.agentId !== event.agentId) continue;
		if (earlier.category !== event.category || !expression.test(new Subject(earlier.log))) continue;
		if (!shares(event, earlier, correlation) || !differs(event, earlier, correlation)) continue;
		if (earlier.matched >= level) return false;
		if (count === frequency) {
			useUp(event, first, level, previous, memory);
			return true;
		}
		if (previous.length < Math.min(previousLimit, frequency)) previous.push(earlier.fullLog);
		count++;
		first ??= earlier;
	}
}
// src/detect/rules/evaluate.ts
function evaluate(event, tree, state) {
	for (const node of tree.top) {
		if (node.rule.definition.category !== event.category) continue;
		const match = tryNode(event, node, void 0, state);
		if (match !== void 0) return match;
	}
}
function tryNode(event, node, parent, state) {
	const { rule } = node;
	if (!holds(event, rule, state)) return void 0;
	const children = node.childrenFor(event.decoder?.id ?? 0);
	for (let index = 0; index < children.length; index++) {
		const child = children[index];
		const match = child === void 0 ? void 0 : tryNode(event, child, rule, state);
		if (match !== void 0) return match;
	}
	if (rule.definition.noAlert) return void 0;
	state.firedTimes[rule.index] = (state.firedTimes[rule.index] ?? 0) + 1;
	state.changedRules.add(rule.index);
	return {
		rule,
		parent
	};
}
function holds(event, rule, state) {
	const { conditions, decodedAs } = rule.definition;
	if (decodedAs !== void 0 && decodedAs !== event.decoder?.id) return false;
	for (let index = 0; index < conditions.length; index++) if (conditions[index]?.holds(event, state, rule) === false) return false;
	return rule.source === void 0 || correlate(event, rule, rule.source, state.memory);
}
// src/detect/rules/first-seen.ts
const lineLimit = 255;
const recentLines = 32;
const shortLength = 14;
const similarEnough = 3;
/** In the order of the line. */
const lineSlots = [
	slot.id,
	slot.dstuser,
	slot.srcuser,
	slot.srcip,
	slot.dstip,
	slot.data,
	slot.system_name
];
/** Lines come from logs: beyond this the oldest are forgotten. */
const remembered = 1e5;
var FirstSeenMemory = class {
	lines = /* @__PURE__ */ new Set();
	recent = [];
	added = [];
	/** Remembers the combination; true where it was new. */
	isNew(event) {
		const { decoder } = event;
		if (decoder?.firstSeen === void 0) return false;
		let line = lineOf(event, decoder, decoder.firstSeen);
		if (this.lines.has(line)) return false;
		if (event.category === "ids") {
			line = this.shortenCommon(line);
			if (this.lines.has(line)) return false;
		}
		this.remember(line);
		this.added.push(line);
		return true;
	}
	/** A line like several recent ones is cut to what they share. */
	shortenCommon(line) {
		const start = line.slice(0, 15);
		const cut = this.recent.filter((other) => other.startsWith(start)).length >= similarEnough && line.length > shortLength;
		this.recent.push(line);
		if (this.recent.length > recentLines) this.recent.shift();
		return cut ? line.slice(0, shortLength) : line;
	}
	remember(line) {
		this.lines.add(line);
		if (this.lines.size <= remembered) return;
		for (const oldest of this.lines) {
			this.lines.delete(oldest);
			return;
		}
	}
	/** Lines remembered since the last call. */
	takeAdded() {
		const { added } = this;
		this.added = [];
		return added;
	}
	all() {
		return [...this.lines];
	}
	restore(lines) {
		for (const line of lines) this.remember(line);
	}
};
function lineOf(event, decoder, fields) {
	const parts = [fields.name ? decoder.name : ""];
	for (const index of lineSlots) parts.push(fields.slots.has(index) ? event.statics[index] ?? "" : "");
	parts.push(fields.location ? event.location : "");
	for (const name of fields.dynamic) parts.push(event.findDynamic(name) ?? "");
	return parts.join(" ").slice(0, lineLimit);
}
// src/detect/rules/mitre.ts
const none = {
	techniques: [],
	pairs: []
};
function readMitre(before = none, block, report) {
	const ids = [];
	let tactic;
	let technique;
	for (const element of block.children) {
		const name = element.name.toLowerCase();
		if (name === "id") ids.push(element.content);
		else if (name === "tacticid") tactic = element.content;
		else if (name === "techniqueid") technique = element.content;
		else report.error(element.position, `<${element.name}> cannot stand in <mitre>.`);
	}
	if (tactic !== void 0 && technique !== void 0) return {
		techniques: [],
		pairs: [...before.pairs, {
			tactic,
			technique
		}]
	};
	if (before.pairs.length > 0) return before;
	return {
		techniques: [.../* @__PURE__ */ new Set([...before.techniques, ...ids])],
		pairs: []
	};
}
/** Undefined where no tactic results. */
function showMitre(references, table) {
	if (references === void 0 || table.size === 0) return void 0;
	const ids = /* @__PURE__ */ new Set();
	const tactics = /* @__PURE__ */ new Set();
	const techniques = /* @__PURE__ */ new Set();
	for (const id of references.techniques) {
		ids.add(id);
		const known = table.get(id);
		if (known === void 0) continue;
		techniques.add(known.name);
		for (const tactic of known.tactics) tactics.add(tactic.name);
	}
	for (const pair of references.pairs) {
		const known = table.get(pair.technique);
		const tactic = known?.tactics.find((candidate) => candidate.id === pair.tactic);
		if (known === void 0 || tactic === void 0) continue;
		ids.add(pair.technique);
		techniques.add(known.name);
		tactics.add(tactic.name);
	}
	return tactics.size === 0 ? void 0 : {
		id: [...ids],
		tactic: [...tactics],
		technique: [...techniques]
	};
}
// src/detect/snapshot.ts
function storeEvent({ event, rule }) {
	const logStart = event.fullLog.endsWith(event.log) ? event.fullLog.length - event.log.length : -1;
	const stored = {
		sequence: event.sequence,
		rule: rule.id,
		messageId: event.messageId,
		timeMs: event.timeMs,
		agentId: event.agentId,
		location: event.location,
		category: event.category,
		matched: event.matched,
		fullLog: event.fullLog,
		logStart,
		statics: event.statics.map((value) => value ?? null),
		dynamic: event.dynamicNames.map((name, index) => [
			name,
			event.dynamicFolded[index] ?? name,
			event.dynamicValues[index] ?? ""
		])
	};
	return logStart < 0 ? {
		...stored,
		log: event.log
	} : stored;
}
function readStored(stored) {
	const log = stored.logStart < 0 ? stored.log ?? "" : stored.fullLog.slice(stored.logStart);
	const { messageId, timeMs, agentId, location, fullLog } = stored;
	const event = new Event(messageId, timeMs, agentId, location, fullLog, log, "");
	event.sequence = stored.sequence;
	event.category = stored.category;
	event.matched = stored.matched;
	for (const [index, value] of stored.statics.entries()) event.statics[index] = value ?? void 0;
	for (const [name, folded, value] of stored.dynamic) event.addDynamic(name, folded, value);
	return event;
}
/** Events of rules that no longer exist are left out: nothing looks for them. */
function restoreEvents(snapshot, memory, findRule) {
	const matched = new Map(snapshot.matched);
	for (const stored of snapshot.events) {
		const rule = findRule(Number(stored.rule));
		if (rule === void 0 || stored.sequence < snapshot.oldestSequence) continue;
		const event = readStored(stored);
		event.matched = Math.max(event.matched, matched.get(event.sequence) ?? 0);
		memory.restore(event, rule);
	}
	memory.restoreSequence(snapshot.newestSequence);
}
// src/detect/engine.ts
const hourMs = 36e5;
const firewallSlots = [
	slot.action,
	slot.srcip,
	slot.dstip,
	slot.srcport,
	slot.dstport,
	slot.protocol
];
function createDetector(ruleset, options) {
	return new RulesetEngine(ruleset, options);
}
var RulesetEngine = class {
	ruleset;
	options;
	shortHostname;
	accumulator = new Accumulator();
	state;
	alertContext;
	facts = [];
	mitre;
	hourStart = NaN;
	storedThrough = 0;
	constructor(ruleset, options) {
		this.ruleset = ruleset;
		this.options = options;
		this.shortHostname = toBytes(shortName(options.hostname));
		const { rules } = ruleset;
		this.state = {
			memory: new CorrelationMemory(rules, options.memorySize),
			firstSeen: new FirstSeenMemory(),
			lastLogs: /* @__PURE__ */ new Map(),
			changedLogs: /* @__PURE__ */ new Set(),
			firedTimes: new Int32Array(rules.rules.length),
			ignoredSince: new Float64Array(rules.rules.length),
			changedRules: /* @__PURE__ */ new Set()
		};
		const table = options.mitre ?? /* @__PURE__ */ new Map();
		this.mitre = rules.rules.map((rule) => showMitre(rule.definition.mitre, table));
		this.alertContext = {
			hostname: options.hostname,
			showsLevelZero: options.logtest,
			mitreOf: (rule) => this.mitre[rule.index]
		};
	}
	process(message) {
		const event = this.readEvent(message);
		if (!this.options.logtest && isIncompleteFirewall(event)) return void 0;
		const verdict = this.judge(event);
		if (verdict === void 0 || verdict.silent) return void 0;
		const { rule, firedTimes } = verdict;
		const alert = buildAlert(event, rule, firedTimes, this.alertContext);
		this.state.memory.remember(event, rule);
		return {
			alert,
			rule: this.factsOf(rule),
			logged: rule.definition.logged
		};
	}
	logtest(message) {
		const event = this.readEvent(message);
		const verdict = this.judge(event);
		const output = buildAlert(event, verdict?.rule, verdict?.firedTimes ?? 0, this.alertContext);
		const stored = verdict !== void 0 && !verdict.silent;
		if (stored) this.state.memory.remember(event, verdict.rule);
		return {
			predecoding: output.predecoder ?? {},
			decoder: output.decoder ?? {},
			fields: alertData(event) ?? {},
			rule: output.rule,
			facts: verdict === void 0 ? void 0 : this.factsOf(verdict.rule),
			output,
			alert: stored && verdict.rule.definition.level >= this.options.logAlertLevel
		};
	}
	readEvent(message) {
		const header = readHeader(message.text);
		const origin = originOf(message);
		const hostname = origin.hostname ?? header.hostname ?? this.shortHostname;
		const { agentId, location } = origin;
		const event = new Event(message.id, message.timeMs, agentId, location, message.text, header.log, hostname);
		event.timestamp = header.timestamp;
		event.programName = header.programName;
		decode(event, this.ruleset.decoders, header.adjoining);
		if (event.decoder?.accumulate === true) this.accumulator.accumulate(event);
		return event;
	}
	judge(event) {
		if (!this.options.logtest) this.watchHour(event.timeMs);
		const match = evaluate(event, this.ruleset.rules, this.state);
		if (match === void 0) return void 0;
		const { rule } = match;
		const firedTimes = this.state.firedTimes[rule.index] ?? 0;
		if (rule.definition.level === 0) return {
			rule,
			firedTimes,
			silent: true
		};
		if (rule.definition.ignoreSeconds === 0 || !this.isIgnored(event, rule)) return {
			rule,
			firedTimes,
			silent: false
		};
		return this.options.logtest ? {
			rule,
			firedTimes,
			silent: true
		} : replaceIgnored(event, match, firedTimes);
	}
	/** Whether the rule is inside its ignore window; opens one where it is not. // spec ruleset §7.3 */
	isIgnored(event, rule) {
		const { ignoredSince, changedRules } = this.state;
		const since = ignoredSince[rule.index] ?? 0;
		if (since !== 0 && event.second - since < rule.definition.ignoreSeconds) return true;
		ignoredSince[rule.index] = since !== 0 && this.options.logtest ? 0 : event.second;
		changedRules.add(rule.index);
		return false;
	}
	/** All counters start anew with every hour of the local clock. // spec ruleset §7.2 */
	watchHour(timeMs) {
		if (timeMs >= this.hourStart && timeMs < this.hourStart + hourMs) return;
		const first = Number.isNaN(this.hourStart);
		this.hourStart = new Date(timeMs).setMinutes(0, 0, 0);
		if (first) return;
		for (const rule of this.ruleset.rules.rules) {
			if (this.state.firedTimes[rule.index] === 0) continue;
			this.state.firedTimes[rule.index] = 0;
			this.state.changedRules.add(rule.index);
		}
	}
	factsOf(rule) {
		let facts = this.facts[rule.index];
		if (facts === void 0) {
			const { level, groupString, noActiveResponse } = rule.definition;
			facts = {
				id: rule.id,
				level,
				groupString,
				noActiveResponse
			};
			this.facts[rule.index] = facts;
		}
		return facts;
	}
	changes() {
		const { memory, firstSeen, changedRules, changedLogs } = this.state;
		const after = this.storedThrough;
		this.storedThrough = memory.newestSequence;
		const usedUp = memory.takeUsedUp().filter(({ sequence }) => sequence <= after);
		const snapshot = this.collect(after, changedRules, firstSeen.takeAdded(), changedLogs);
		changedRules.clear();
		changedLogs.clear();
		return {
			...snapshot,
			matched: usedUp.map(({ sequence, matched }) => [sequence, matched])
		};
	}
	snapshot() {
		const { firstSeen, lastLogs } = this.state;
		const used = this.ruleset.rules.rules.map(({ index }) => index).filter((index) => this.state.firedTimes[index] !== 0 || this.state.ignoredSince[index] !== 0);
		return this.collect(0, used, firstSeen.all(), lastLogs.keys());
	}
	collect(after, indexes, firstSeen, logKeys) {
		const { memory, firedTimes, ignoredSince, lastLogs } = this.state;
		const fired = {};
		const ignored = {};
		for (const index of indexes) {
			const id = this.ruleset.rules.rules[index]?.id;
			if (id === void 0) continue;
			fired[id] = firedTimes[index] ?? 0;
			if (ignoredSince[index] !== 0) ignored[id] = ignoredSince[index] ?? 0;
		}
		return {
			oldestSequence: memory.oldestSequence,
			newestSequence: memory.newestSequence,
			hourStart: Number.isNaN(this.hourStart) ? null : this.hourStart,
			events: memory.rememberedAfter(after).map(storeEvent),
			matched: [],
			firedTimes: fired,
			ignoredSince: ignored,
			firstSeen,
			lastLogs: Object.fromEntries([...logKeys].map((key) => [key, lastLogs.get(key) ?? ""]))
		};
	}
	restore(snapshot) {
		const { rules } = this.ruleset;
		const { memory, firstSeen, firedTimes, ignoredSince, lastLogs } = this.state;
		restoreEvents(snapshot, memory, (id) => rules.findRule(id));
		this.storedThrough = memory.newestSequence;
		this.hourStart = snapshot.hourStart ?? NaN;
		for (const [id, times] of Object.entries(snapshot.firedTimes)) {
			const rule = rules.findRule(Number(id));
			if (rule !== void 0) firedTimes[rule.index] = times;
		}
		for (const [id, second] of Object.entries(snapshot.ignoredSince)) {
			const rule = rules.findRule(Number(id));
			if (rule !== void 0) ignoredSince[rule.index] = second;
		}
		firstSeen.restore(snapshot.firstSeen);
		for (const [key, log] of Object.entries(snapshot.lastLogs)) lastLogs.set(key, log);
	}
};
/** The daemon drops firewall events that lack a part, before any rule. // spec ruleset §0 item 5 */
function isIncompleteFirewall(event) {
	return event.category === "firewall" && firewallSlots.some((index) => event.statics[index] === void 0);
}
/** Inside the ignore window the immediate parent stands for the rule. // spec ruleset §7.3 */
function replaceIgnored(event, match, firedTimes) {
	event.previousOutput = void 0;
	event.previousLog = void 0;
	const { parent } = match;
	if (parent === void 0) return {
		rule: match.rule,
		firedTimes,
		silent: true
	};
	return {
		rule: parent,
		firedTimes,
		silent: parent.definition.level === 0
	};
}
// src/config/position-cursor.ts
const lineFeed = 10;
/** Offsets must be asked for in rising order; the whole file is walked once. */
var PositionCursor = class {
	#text;
	#file;
	#offset = 0;
	#line = 1;
	#column = 1;
	constructor(text, file) {
		this.#text = text;
		this.#file = file;
	}
	/** The position of an offset that is not before the last one asked for. */
	at(offset) {
		const text = this.#text;
		let index = this.#offset;
		for (; index < offset; index++) {
			const code = text.charCodeAt(index);
			if (code === lineFeed) {
				this.#line++;
				this.#column = 1;
			} else if ((code & 64512) !== 56320) this.#column++;
		}
		this.#offset = index;
		return {
			file: this.#file,
			line: this.#line,
			column: this.#column
		};
	}
};
// src/config/quote-value.ts
const maximumShown = 60;
/** The value in quotes, on one line, shortened, with every character escaped that could act on a terminal. */
function quoteValue(value) {
	return `"${(value.length > maximumShown ? `${value.slice(0, maximumShown)}…` : value).replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeCharacter)}"`;
}
function escapeCharacter(character) {
	if (character === "\n") return "\\n";
	if (character === "	") return "\\t";
	if (character === "\r") return "\\r";
	if (character === "\"" || character === "\\") return character;
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
// src/config/dialect-reader.ts
/** Bytes that a name, an attribute value or a content may have. */
const maximumBytes = 20480;
const maximumNesting = 1024;
/** Carries the one problem of a document out of the depth of the reader; caught in `read`. */
var DialectError = class extends Error {
	position;
	constructor(position, message) {
		super(message);
		this.position = position;
	}
};
var DialectReader = class {
	#text;
	#cursor;
	#roots = [];
	#open = [];
	#offset = 0;
	constructor(text, file) {
		this.#text = text;
		this.#cursor = new PositionCursor(text, file);
	}
	read() {
		const problems = [];
		try {
			while (this.#readNext());
		} catch (error) {
			if (!(error instanceof DialectError)) throw error;
			problems.push({
				severity: "error",
				position: error.position,
				message: error.message
			});
		}
		return {
			roots: this.#roots,
			problems
		};
	}
	/** Reads the text up to the next markup, and that markup. False at the end of the file. */
	#readNext() {
		const start = this.#offset;
		const markup = this.#findMarkup(start);
		const top = this.#open.at(-1);
		if (top !== void 0) top.text += this.#text.slice(start, markup);
		this.#offset = markup;
		if (markup === this.#text.length) {
			this.#refuseUnclosed();
			return false;
		}
		const next = this.#text[markup + 1];
		if (next === "!") this.#skipComment(top);
		else if (next === "/") this.#readClosingTag();
		else this.#readOpeningTag();
		return true;
	}
	/** The next `<` that an even number of backslashes precedes, or the end of the text. */
	#findMarkup(start) {
		const text = this.#text;
		let from = start;
		for (;;) {
			const found = text.indexOf("<", from);
			if (found === -1) return text.length;
			let backslash = found;
			while (backslash > start && text[backslash - 1] === "\\") backslash--;
			if ((found - backslash) % 2 === 0) return found;
			from = found + 1;
		}
	}
	#refuseUnclosed() {
		const top = this.#open.at(-1);
		if (top === void 0) return;
		throw new DialectError(top.position, `<${top.name}> is never closed: </${top.name}> is missing. A "<" that belongs to the text is written "\\<".`);
	}
	#skipComment(top) {
		const start = this.#offset;
		const dashes = this.#text.indexOf("-->", start + 2);
		const bang = this.#text.indexOf("!>", start + 2);
		if (dashes === -1 && bang === -1) this.#fail(start, "this comment is never closed: \"-->\" is missing.");
		const dashesFirst = bang === -1 || dashes !== -1 && dashes < bang;
		this.#offset = dashesFirst ? dashes + 3 : bang + 2;
		if (top !== void 0) top.commentAt = top.text.length;
	}
	#readClosingTag() {
		const start = this.#offset;
		const end = this.#text.indexOf(">", start);
		const name = this.#text.slice(start + 2, end === -1 ? start + 42 : end);
		const top = this.#open.pop();
		if (top === void 0) this.#fail(start, `</${shorten(name)}> closes an element that was never opened.`);
		if (end === -1 || name !== top.name) {
			const hint = top.text.includes(`\\</${top.name}`) ? " A backslash before \"<\" makes it a part of the text." : "";
			this.#fail(start, `</${shorten(name)}> stands where </${top.name}> is needed: <${top.name}> was opened at line ${top.position.line}.${hint}`);
		}
		this.#offset = end + 1;
		this.#finish(top);
	}
	#readOpeningTag() {
		const start = this.#offset;
		const position = this.#cursor.at(start);
		if (this.#open.length >= maximumNesting) this.#fail(start, `elements are nested deeper than ${maximumNesting}.`);
		this.#offset = start + 1;
		const name = this.#readName(start);
		const attributes = [];
		const selfClosed = this.#readAttributes(name, attributes);
		const element = {
			name,
			attributes,
			children: [],
			position,
			contentPosition: this.#cursor.at(this.#offset),
			text: "",
			commentAt: void 0
		};
		if (selfClosed) this.#finish(element);
		else this.#open.push(element);
	}
	#readName(start) {
		const text = this.#text;
		const pattern = /[\s<>"'=]|\/>/g;
		pattern.lastIndex = this.#offset;
		const end = pattern.exec(text)?.index ?? text.length;
		const name = text.slice(this.#offset, end);
		if (name.startsWith("?")) this.#fail(start, "an XML declaration is not part of this dialect: leave it out.");
		const stop = text[end];
		if (name === "" || stop === void 0 || "<\"'=".includes(stop)) this.#fail(start, `"<" is not followed by the name of an element. A "<" that belongs to the text is written "\\<".`);
		this.#refuseOverlong(name, start, "the name of an element");
		this.#offset = end;
		return name;
	}
	/** Reads up to and with the `>`. True where the tag ends with `/>`. */
	#readAttributes(element, into) {
		for (;;) {
			const before = this.#offset;
			this.#skipBlanks();
			const character = this.#text[this.#offset];
			if (character === ">") {
				this.#offset++;
				return false;
			}
			if (character === "/" && this.#text[this.#offset + 1] === ">") {
				this.#offset += 2;
				return true;
			}
			if (character === void 0) this.#fail(before, `the tag <${element} is never closed: ">" is missing.`);
			if (before === this.#offset) this.#fail(before, `a blank or ">" is needed here, in <${element}>, not ${quoteValue(character)}.`);
			into.push(this.#readAttribute(element, into));
		}
	}
	#readAttribute(element, earlier) {
		const text = this.#text;
		const start = this.#offset;
		const position = this.#cursor.at(start);
		let end = start;
		while (end < text.length && !/[\s=<>/"']/.test(text[end] ?? "")) end++;
		const name = text.slice(start, end);
		this.#offset = end + 1;
		if (text[end] === "=") this.#skipBlanks();
		const quote = text[this.#offset];
		if (name === "" || text[end] !== "=" || quote !== "\"" && quote !== "'") this.#failAt(position, `the attribute ${quoteValue(name)} of <${element}> has no value: name="value" is needed.`);
		if (earlier.some((attribute) => attribute.name === name)) this.#failAt(position, `the attribute ${quoteValue(name)} is given twice in <${element}>: keep one.`);
		const close = text.indexOf(quote, this.#offset + 1);
		const tagEnd = text.indexOf(">", this.#offset + 1);
		if (close === -1 || tagEnd !== -1 && tagEnd < close) this.#failAt(position, `the value of the attribute ${quoteValue(name)} of <${element}> is not closed: ${quote} is missing.`);
		const value = text.slice(this.#offset + 1, close);
		this.#refuseOverlong(value, start, `the attribute ${quoteValue(name)}`, position);
		this.#offset = close + 1;
		return {
			name,
			value,
			position
		};
	}
	#finish(element) {
		const { name, attributes, children, position, contentPosition, text, commentAt } = element;
		this.#refuseOverlong(text, 0, `the content of <${name}>`, position);
		const finished = {
			name,
			attributes,
			content: text,
			children,
			position,
			contentPosition
		};
		const parent = this.#open.at(-1);
		const result = commentAt === void 0 ? finished : {
			...finished,
			commentAt
		};
		if (parent === void 0) {
			this.#roots.push(result);
			return;
		}
		parent.children.push(result);
		parent.text = "";
		parent.commentAt = void 0;
	}
	#skipBlanks() {
		while (/\s/.test(this.#text[this.#offset] ?? "")) this.#offset++;
	}
	#refuseOverlong(value, offset, what, position) {
		if (value.length * 3 <= maximumBytes) return;
		const bytes = Buffer.byteLength(value);
		if (bytes <= maximumBytes) return;
		this.#failAt(position ?? this.#cursor.at(offset), `${what} has ${bytes} bytes; at most ${maximumBytes} are allowed.`);
	}
	#fail(offset, message) {
		throw new DialectError(this.#cursor.at(offset), message);
	}
	#failAt(position, message) {
		throw new DialectError(position, message);
	}
};
function shorten(name) {
	const oneLine = name.split(/[\r\n<]/, 1)[0] ?? "";
	return oneLine.length > 40 ? `${oneLine.slice(0, 40)}…` : oneLine;
}
// src/config/dialect.ts
/**
* Reads a whole file. Never throws: a file that cannot be read as the dialect gives a problem, and the roots that were
* complete before it.
*/
function parseDialect(text, file) {
	return new DialectReader(text, file).read();
}
// src/config/variables.ts
const maximumNameBytes = 255;
/** What ends a name that began with `$`. */
const nameEnd = /[$.|, ]|$/g;
var VariableError = class extends Error {
	position;
	constructor(position, message) {
		super(message);
		this.position = position;
	}
};
/**
* The document with every `$X` replaced that stands below the `<var>` of that name, and without the `<var>` elements. A
* name that was not defined makes the document unusable: the error says so and the roots from there on are missing.
*/
function applyVariables(document) {
	const variables = /* @__PURE__ */ new Map();
	const roots = [];
	try {
		for (const root of document.roots) if (root.name === "var") defineVariable(root, variables);
		else roots.push(variables.size === 0 ? root : replaceInElement(root, variables));
	} catch (error) {
		if (!(error instanceof VariableError)) throw error;
		const problem = {
			severity: "error",
			position: error.position,
			message: error.message
		};
		return {
			roots,
			problems: [...document.problems, problem]
		};
	}
	return {
		roots,
		problems: document.problems
	};
}
function defineVariable(element, variables) {
	const name = element.attributes.find((attribute) => attribute.name === "name")?.value ?? "";
	if (name === "") throw new VariableError(element.position, "<var> has no name: write <var name=\"NAME\">text</var>.");
	if (Buffer.byteLength(name) > maximumNameBytes) throw new VariableError(element.position, `the name of this <var> has more than ${maximumNameBytes} bytes.`);
	const key = name.toLowerCase();
	if (!variables.has(key)) variables.set(key, element.content);
}
function replaceInElement(element, variables) {
	return {
		...element,
		attributes: element.attributes.map((attribute) => replaceInAttribute(attribute, variables)),
		content: replaceInText(element.content, element.contentPosition, variables),
		children: element.children.map((child) => replaceInElement(child, variables))
	};
}
function replaceInAttribute(attribute, variables) {
	return {
		...attribute,
		value: replaceInText(attribute.value, attribute.position, variables)
	};
}
/**
* Replaces the names in one text. `$(` begins a field of a description and stays; but after it the original no longer
* moves the place where it inserts, so a later variable takes the place of all that follows that `$`. Kept, because
* rule files are to give the same alerts.
*/
function replaceInText(original, position, variables) {
	if (original.length <= 2) return original;
	let text = original;
	let stuckAt;
	let from = 0;
	for (;;) {
		const dollar = text.indexOf("$", from);
		if (dollar === -1) return text;
		from = dollar + 1;
		if (text[from] === "(") {
			stuckAt ??= from;
			continue;
		}
		nameEnd.lastIndex = from;
		const end = nameEnd.exec(text)?.index ?? text.length;
		if (end === from) continue;
		const name = text.slice(from, end);
		const value = variables.get(name.toLowerCase());
		if (value === void 0) throw new VariableError(position, `no <var> above has the name ${quoteValue(name)}: in a file with variables "$" before a letter or sign begins a name.`);
		const insertAt = stuckAt ?? dollar;
		text = text.slice(0, insertAt) + value + text.slice(end);
		from = insertAt + value.length;
		stuckAt = void 0;
	}
}
// src/detect/pattern-element.ts
const decoderLimit = 1023;
const rulePieceLimit = 2047;
function attributeOf(element, name) {
	return element.attributes.find((attribute) => attribute.name.toLowerCase() === name)?.value;
}
/** The pattern language an element asks for; an unknown or refused one is told, and the default used. */
function readKind(element, fallback, allowed, report) {
	const type = attributeOf(element, "type");
	if (type === void 0) return fallback;
	const kind = allowed.find((candidate) => candidate === type.toLowerCase());
	if (kind !== void 0) return kind;
	report.warn(element.position, `<${element.name}> cannot have type="${type}"; it is read as ${fallback}.`);
	return fallback;
}
/** Appends an element's text; type and negate are those of the last element. */
function appendPiece(pattern, element, kind, report, limits) {
	const negated = attributeOf(element, "negate")?.toLowerCase() === "yes";
	const joined = (pattern?.text ?? "") + element.content;
	const tooLong = (limits === "decoder" ? joined.length : element.content.length) > (limits === "decoder" ? decoderLimit : rulePieceLimit);
	if (tooLong) report.warn(element.position, `<${element.name}> is too long and is left out.`);
	return {
		text: tooLong ? pattern?.text ?? "" : joined,
		kind,
		negated,
		position: pattern?.position ?? element.position
	};
}
/** Undefined, with an error told, where the pattern is not valid. */
function compilePattern(pattern, report, options = { captures: false }) {
	const compiled = compileExpression(pattern.kind, pattern.text, options);
	if (compiled.ok) return compiled.expression;
	report.error(pattern.position, `This ${pattern.kind} pattern is not valid: ${compiled.error}`);
}
// src/detect/decoders/decoder.ts
const categories = [
	"syslog",
	"firewall",
	"ids",
	"web-log",
	"squid",
	"windows",
	"host-information",
	"ossec"
];
// src/detect/decoders/first-seen-fields.ts
const knownSlots = {
	srcuser: slot.srcuser,
	dstuser: slot.dstuser,
	user: slot.dstuser,
	srcip: slot.srcip,
	dstip: slot.dstip,
	id: slot.id,
	data: slot.data,
	extra_data: slot.data,
	system_name: slot.system_name
};
function readFirstSeen(text, order, position, report) {
	const slots = /* @__PURE__ */ new Set();
	const dynamic = [];
	let name = false;
	let location = false;
	for (const piece of text.split(",")) {
		const field = piece.replace(/^ +/, "").replace(/ .*$/s, "");
		const known = knownSlots[field];
		if (field === "name") name = true;
		else if (field === "location") location = true;
		else if (known !== void 0) slots.add(known);
		else if (order.some((target) => target.slot < 0 && target.name === field)) dynamic.push(foldAscii(field));
		else report.error(position, `<fts> names "${field}", which the decoder's <order> does not.`);
	}
	return {
		name,
		location,
		slots,
		dynamic
	};
}
// src/detect/decoders/order.ts
/** Leading spaces are dropped and a name ends at its next space; other white space stays in it. */
function readOrder(text, position, limit, report) {
	const names = text.split(",").map((piece) => piece.replace(/^ +/, "").replace(/ .*$/s, ""));
	if (names.includes("")) report.error(position, `<order> "${text}" has an empty name.`);
	if (names.length > limit) report.error(position, `<order> has ${names.length} names; at most ${limit} can be.`);
	return names;
}
// src/detect/decoders/read.ts
const pluginNames = [
	"PF_Decoder",
	"SymantecWS_Decoder",
	"SonicWall_Decoder",
	"OSSECAlert_Decoder",
	"JSON_Decoder"
];
const offsets = {
	after_parent: "parent",
	after_prematch: "prematch",
	after_regex: "regex"
};
var Draft$1 = class {
	name;
	position;
	parent;
	programName;
	prematch;
	prematchOffset = "none";
	regex;
	regexOffset = "none";
	orderText;
	firstSeenText;
	firstSeenComment;
	category = "syslog";
	useOwnName = false;
	plugin;
	pluginOffset = "none";
	discardNulls = false;
	arraysAsCsv = false;
	accumulate = false;
	constructor(name, position) {
		this.name = name;
		this.position = position;
	}
};
function readDecoder(element, orderSize, report) {
	const [first] = element.attributes;
	if (element.name.toLowerCase() !== "decoder") {
		report.error(element.position, `<${element.name}> cannot stand in a decoder file; only <decoder> can.`);
		return;
	}
	if (first === void 0 || first.name.toLowerCase() !== "name") {
		report.error(element.position, "The first attribute of <decoder> must be name.");
		return;
	}
	const before = report.errorCount;
	const draft = new Draft$1(first.value, element.position);
	for (const option of element.children) readOption$1(draft, option, report);
	checkDraft(draft, report);
	const decoder = finishDecoder(draft, orderSize, report);
	return report.errorCount === before ? decoder : void 0;
}
function readOption$1(draft, option, report) {
	const { content } = option;
	switch (option.name.toLowerCase()) {
		case "parent":
			draft.parent = (draft.parent ?? "") + content;
			return;
		case "program_name":
			draft.programName = appendPiece(draft.programName, option, readKind(option, "osmatch", [
				"osmatch",
				"osregex",
				"pcre2"
			], report), report, "decoder");
			return;
		case "prematch":
			draft.prematchOffset = readOffset(option, draft.prematch === void 0, draft.prematchOffset, report);
			draft.prematch = appendPiece(draft.prematch, option, regexKind(option, report), report, "decoder");
			return;
		case "regex":
			draft.regexOffset = readOffset(option, draft.regex === void 0, draft.regexOffset, report);
			draft.regex = appendPiece(draft.regex, option, regexKind(option, report), report, "decoder");
			return;
		case "order":
			draft.orderText = (draft.orderText ?? "") + content;
			return;
		case "fts":
			draft.firstSeenText = (draft.firstSeenText ?? "") + content;
			return;
		case "ftscomment":
			draft.firstSeenComment = (draft.firstSeenComment ?? "") + content;
			return;
		case "type":
			if (!categories.includes(content)) report.error(option.position, `"${content}" is not a decoder type; one of ${categories.join(", ")} is.`);
			else draft.category = content;
			return;
		case "use_own_name":
			draft.useOwnName = content === "true";
			return;
		case "plugin_decoder":
			readPlugin(draft, option, report);
			return;
		case "json_null_field":
			draft.discardNulls = content === "discard";
			return;
		case "json_array_structure":
			draft.arraysAsCsv = content === "csv";
			return;
		case "accumulate":
			draft.accumulate = true;
			return;
		default: report.error(option.position, `<${option.name}> is not an option of a decoder.`);
	}
}
function regexKind(option, report) {
	return readKind(option, "osregex", ["osregex", "pcre2"], report) === "pcre2" ? "pcre2" : "osregex";
}
function readPlugin(draft, option, report) {
	draft.plugin = pluginNames.find((name) => name === option.content);
	if (draft.plugin === void 0) report.error(option.position, `"${option.content}" is not a plugin; one of ${pluginNames.join(", ")} is.`);
	draft.pluginOffset = readOffset(option, true, "none", report);
}
function readOffset(option, isFirst, current, report) {
	const text = attributeOf(option, "offset");
	if (text === void 0) return current;
	if (!isFirst) {
		report.error(option.position, `Only the first <${option.name}> of a decoder can have an offset.`);
		return current;
	}
	const offset = offsets[text];
	if (offset === void 0) report.warn(option.position, `"${text}" is not an offset (${Object.keys(offsets).join(", ")}); it is ignored.`);
	return offset ?? "none";
}
function checkDraft(draft, report) {
	const refuse = (message) => report.error(draft.position, `Decoder "${draft.name}" ${message}`);
	const isChild = draft.parent !== void 0;
	if (!isChild && draft.prematch === void 0 && draft.programName === void 0) refuse("needs a <prematch> or a <program_name>, or a <parent>.");
	if (draft.regex === void 0 && (draft.orderText !== void 0 || draft.firstSeenText !== void 0)) {
		if (draft.plugin === void 0) refuse("has <order> or <fts> without a <regex>.");
	}
	if (draft.regex !== void 0 && draft.orderText === void 0) refuse("has a <regex> without an <order>.");
	if (draft.plugin !== void 0 && (draft.regex !== void 0 || draft.orderText !== void 0)) refuse("cannot have both a <plugin_decoder> and a <regex> or <order>.");
	if (draft.prematchOffset === "prematch" || draft.prematchOffset === "regex") refuse("cannot have this offset on <prematch>; only after_parent.");
	for (const offset of [
		draft.prematchOffset,
		draft.regexOffset,
		draft.pluginOffset
	]) {
		if (offset === "parent" && !isChild) refuse("has offset after_parent without a <parent>.");
		if (offset === "prematch" && draft.prematch === void 0 && (isChild || draft.plugin !== void 0)) refuse("has offset after_prematch without a <prematch>.");
	}
}
function finishDecoder(draft, orderSize, report) {
	const compile = (pattern, captures) => pattern === void 0 ? void 0 : compilePattern(pattern, report, { captures });
	const order = (draft.orderText === void 0 ? [] : readOrder(draft.orderText, draft.position, orderSize, report)).map(targetOf);
	return {
		name: draft.name,
		id: 0,
		ownName: draft.name,
		parent: draft.parent,
		position: draft.position,
		programName: draft.parent === void 0 ? compile(draft.programName, false) : void 0,
		prematch: compile(draft.prematch, false),
		prematchAfterParent: draft.prematchOffset === "parent",
		regex: compile(draft.regex, true),
		regexOffset: draft.regexOffset,
		order,
		hasDynamicTargets: order.some((target) => target.slot < 0),
		firstSeen: draft.firstSeenText === void 0 ? void 0 : readFirstSeen(draft.firstSeenText, order, draft.position, report),
		firstSeenComment: draft.firstSeenComment,
		category: draft.category,
		useOwnName: draft.useOwnName,
		plugin: draft.plugin,
		pluginOffset: draft.pluginOffset,
		discardNulls: draft.discardNulls,
		arraysAsCsv: draft.arraysAsCsv,
		accumulate: draft.accumulate
	};
}
function targetOf(name) {
	const staticSlot = name === "user" ? slot.dstuser : slot[name];
	return {
		name,
		folded: foldAscii(name),
		slot: staticSlot ?? -1
	};
}
// src/detect/decoders/tree.ts
/** Names that decoders outside of this engine have. */
const builtInNames = [
	"rootcheck",
	"syscheck_integrity_changed",
	"syscheck_new_entry",
	"syscheck_deleted",
	"syscheck_registry_key_modified",
	"syscheck_registry_key_added",
	"syscheck_registry_key_deleted",
	"syscheck_registry_value_modified",
	"syscheck_registry_value_added",
	"syscheck_registry_value_deleted",
	"hostinfo_new",
	"hostinfo_modified",
	"syscollector",
	"ciscat",
	"windows_eventchannel",
	"sca"
];
/** Program names come from logs: a flood of new ones must not fill memory. */
const cachedPrograms = 1024;
var DecoderTree = class {
	/** Decoders with a program name, in load order. */
	named = [];
	/** Decoders without. */
	unnamed = [];
	count = 0;
	ids = /* @__PURE__ */ new Map();
	byName = /* @__PURE__ */ new Map();
	byProgram = /* @__PURE__ */ new Map();
	constructor() {
		for (const name of builtInNames) this.idOf(name);
	}
	/** The id of a decoder name that exists; what `decoded_as` compares. */
	findId(name) {
		return this.ids.get(name);
	}
	idOf(name) {
		const known = this.ids.get(name);
		if (known !== void 0) return known;
		const id = this.ids.size + 1;
		this.ids.set(name, id);
		return id;
	}
	add(decoder, report) {
		this.count++;
		decoder.id = this.idOf(decoder.ownName);
		if (decoder.parent === void 0) {
			this.addTop(decoder);
			return;
		}
		const parents = this.byName.get(decoder.parent);
		if (parents === void 0) {
			report.error(decoder.position, `Decoder "${decoder.ownName}" has the unknown parent "${decoder.parent}".`);
			return;
		}
		for (const parent of parents) addChild(parent, decoder, report);
		if (!decoder.useOwnName) {
			decoder.name = decoder.parent;
			decoder.id = this.idOf(decoder.parent);
		}
	}
	addTop(decoder) {
		const top = {
			decoder,
			children: []
		};
		(decoder.programName === void 0 ? this.unnamed : this.named).push(top);
		const sameName = this.byName.get(decoder.ownName);
		if (sameName === void 0) this.byName.set(decoder.ownName, [top]);
		else sameName.push(top);
	}
	/** Those whose program name matches, in load order. */
	candidatesFor(programName) {
		const known = this.byProgram.get(programName);
		if (known !== void 0) return known;
		const subject = new Subject(programName);
		const found = this.named.filter((top) => top.decoder.programName?.test(subject) === true);
		if (this.byProgram.size >= cachedPrograms) this.byProgram.clear();
		this.byProgram.set(programName, found);
		return found;
	}
};
function addChild(parent, decoder, report) {
	let chained = false;
	for (const sibling of parent.children) {
		if (sibling.decoder.ownName !== decoder.ownName) continue;
		checkChain(sibling.decoder, decoder, report);
		sibling.next = true;
		chained = true;
	}
	if (!chained && decoder.regexOffset === "regex") report.error(decoder.position, `Decoder "${decoder.ownName}" has offset after_regex and no earlier sibling of its name.`);
	parent.children.push({
		decoder,
		next: false
	});
}
function checkChain(first, later, report) {
	const refuse = (position, message) => report.error(position, `Decoder "${later.ownName}" ${message}`);
	if (later.prematch !== void 0 || later.firstSeen !== void 0) refuse(later.position, "continues a sibling of its name, so it can have neither <prematch> nor <fts>.");
	for (const decoder of [first, later]) if (decoder.regex === void 0 && decoder.plugin === void 0) refuse(decoder.position, "is part of a chain of siblings, so it needs a <regex> or a <plugin_decoder>.");
}
// src/detect/lists/key-list.ts
/** `key:value` a line; either side may be in double quotes. The first of equal keys wins. */
function readKeyList(text) {
	const list = /* @__PURE__ */ new Map();
	for (const line of text.split(/[\r\n]+/)) {
		const entry = readEntry(line);
		if (entry !== void 0 && !list.has(entry[0])) list.set(entry[0], entry[1]);
	}
	return list;
}
function readEntry(line) {
	const quoted = /^[^":]*"([^"]*)"[^:]*:/.exec(line);
	const colon = quoted === null ? line.indexOf(":") : quoted[0].length - 1;
	if (colon < 0) return void 0;
	const key = quoted?.[1] ?? line.slice(0, colon);
	const rest = line.slice(colon + 1);
	return [key, /"([^"]*)"/.exec(rest)?.[1] ?? rest];
}
/** The value of the address, or of its longest prefix that ends in a dot and is a key. */
function findAddress(list, address) {
	const whole = list.get(address);
	if (whole !== void 0) return whole;
	for (let dot = address.lastIndexOf("."); dot >= 0; dot = address.lastIndexOf(".", dot - 1)) {
		const value = list.get(address.slice(0, dot + 1));
		if (value !== void 0) return value;
		if (dot === 0) return void 0;
	}
}
// src/detect/report.ts
var Report = class {
	problems = [];
	errors = 0;
	error(position, message) {
		this.errors++;
		this.problems.push({
			severity: "error",
			position,
			message
		});
	}
	warn(position, message) {
		this.problems.push({
			severity: "warning",
			position,
			message
		});
	}
	/** Counts an error that another reader has told. */
	noteError() {
		this.errors++;
	}
	get failed() {
		return this.errors > 0;
	}
	get errorCount() {
		return this.errors;
	}
};
// src/detect/rules/conditions.ts
/** The order of evaluation. */
const rank = {
	program_name: 1,
	id: 2,
	system_name: 3,
	protocol: 4,
	match: 5,
	regex: 6,
	action: 7,
	url: 8,
	location: 9,
	field: 10,
	srcip: 11,
	dstip: 12,
	srcport: 13,
	dstport: 14,
	compiled_rule: 15,
	user: 16,
	srcgeoip: 17,
	dstgeoip: 18,
	maxsize: 19,
	time: 20,
	weekday: 21,
	data: 22,
	extra_data: 23,
	hostname: 24,
	status: 25,
	check_diff: 26,
	if_fts: 27,
	list: 28
};
function onSubject(place, subjectOf, expression, negated) {
	return {
		rank: place,
		holds: (event) => {
			const subject = subjectOf(event);
			return subject !== void 0 && expression.test(subject) !== negated;
		}
	};
}
function onLog(place, expression, negated) {
	return {
		rank: place,
		holds: (event) => expression.test(event.subject) !== negated
	};
}
function onSlot(place, index, expression, negated) {
	return onSubject(place, (event) => event.staticSubject(index), expression, negated);
}
/** `folded` is the field's name in lower case. */
function onDynamic(folded, expression, negated) {
	return onSubject(rank.field, (event) => event.dynamicSubject(folded), expression, negated);
}
function onUser(expression, negated) {
	const subjectOf = (event) => event.staticSubject(slot.dstuser) ?? event.staticSubject(slot.srcuser);
	return onSubject(rank.user, subjectOf, expression, negated);
}
function onAddress(place, index, addresses, negated) {
	return {
		rank: place,
		holds: (event) => {
			const value = event.statics[index];
			return value !== void 0 && addresses.contains(value) !== negated;
		}
	};
}
function onMinimumSize(bytes) {
	return {
		rank: rank.maxsize,
		holds: (event) => event.log.length >= bytes
	};
}
/** Fails always: GeoIP needs a database that this engine does not have. */
const never = {
	rank: rank.srcgeoip,
	holds: () => false
};
/** Holds where the decoder declares first-seen fields and this combination is new. // spec ruleset §7.4 */
const isFirstSeen = {
	rank: rank.if_fts,
	holds: (event, state) => state.firstSeen.isNew(event)
};
/** Holds where the log differs from the last one of the same host under this rule. // spec ruleset §7.6 */
const differsFromLast = {
	rank: rank.check_diff,
	holds: (event, state, rule) => {
		const key = `${event.hostname} ${rule.id}`;
		const last = state.lastLogs.get(key);
		if (last === event.log) return false;
		state.lastLogs.set(key, event.log);
		state.changedLogs.add(key);
		if (last === void 0) return false;
		event.previousOutput = ["Previous output:", last];
		event.previousLog = last;
		return true;
	}
};
// src/detect/lists/lookup.ts
const lookups = [
	"match_key",
	"not_match_key",
	"match_key_value",
	"address_match_key",
	"not_address_match_key",
	"address_match_key_value"
];
/** How the field that a list names is read. `user` is srcuser first here, unlike the option `user`. */
function fieldReader(name) {
	if (name === "user") return (event) => event.statics[slot.srcuser] ?? event.statics[slot.dstuser];
	if (name === "hostname") return (event) => event.hostname;
	if (name === "program_name") return (event) => event.programName;
	const index = slotOf(name);
	if (index !== void 0 && name !== "srcuser" && name !== "dstuser") return (event) => event.statics[index];
	const folded = foldAscii(name);
	return (event) => event.findDynamic(folded);
}
function listCondition(field, lookup, list, check) {
	const valueOf = fieldReader(field);
	const matches = matcherOf(lookup, list, check);
	return {
		rank: rank.list,
		holds: (event) => {
			const value = valueOf(event);
			return value !== void 0 && matches(value);
		}
	};
}
function matcherOf(lookup, list, check) {
	const accepts = (value) => value !== void 0 && (check === void 0 || check.test(new Subject(value)));
	switch (lookup) {
		case "match_key": return (key) => list.has(key);
		case "not_match_key": return (key) => !list.has(key);
		case "match_key_value": return (key) => accepts(list.get(key));
		case "address_match_key": return (key) => findAddress(list, key) !== void 0;
		case "not_address_match_key": return (key) => findAddress(list, key) === void 0;
		case "address_match_key_value": return (key) => !accepts(findAddress(list, key));
	}
}
// src/detect/rules/address-list.ts
const netmask = /^\d+\.\d+\.\d+\.\d+$/;
/** Addresses and networks; a field is tested against all of them. */
var AddressList = class {
	any = false;
	networks = new BlockList();
	/** False where the text is no address, network or `any`. */
	add(text) {
		const entry = text.startsWith("!") ? text.slice(1) : text;
		if (entry === "any") {
			this.any = true;
			return true;
		}
		const [address = "", mask] = entry.split("/");
		const version = isIP(address);
		if (version === 0) return false;
		const family = version === 4 ? "ipv4" : "ipv6";
		const bits = mask === void 0 ? version === 4 ? 32 : 128 : readMask(mask);
		if (bits === void 0 || bits > (version === 4 ? 32 : 128)) return false;
		this.networks.addSubnet(address, bits, family);
		return true;
	}
	/** A text that is no address is never contained. */
	contains(text) {
		const version = isIP(text);
		if (version === 0) return false;
		return this.any || this.networks.check(text, version === 4 ? "ipv4" : "ipv6");
	}
};
function readMask(text) {
	if (/^\d{1,3}$/.test(text)) return Number(text);
	if (!netmask.test(text) || isIP(text) !== 4) return void 0;
	const bits = text.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
	return /^1*0*$/.test(bits) ? bits.replace(/0/g, "").length : void 0;
}
// src/detect/rules/attributes.ts
/** Seconds of a composite rule that names none. */
const defaultTimeframe = 360;
const numeric = {
	id: {
		digits: 6,
		least: 0,
		most: 999999
	},
	level: {
		digits: 2,
		least: 0,
		most: 16
	},
	frequency: {
		digits: 4,
		least: 2,
		most: 9999
	},
	timeframe: {
		digits: 5,
		least: 0,
		most: 99999
	},
	ignore: {
		digits: 6,
		least: 0,
		most: 999999
	},
	maxsize: {
		digits: 4,
		least: 0,
		most: 9999
	},
	noalert: {
		digits: 1,
		least: 0,
		most: 1
	},
	accuracy: {
		digits: 1,
		least: 0,
		most: 9
	}
};
/** Undefined, with the errors told, where they are not valid. */
function readAttributes(element, report) {
	const before = report.errorCount;
	const numbers = /* @__PURE__ */ new Map();
	let overwrite = false;
	for (const { name, value, position } of element.attributes) {
		const key = name.toLowerCase();
		const range = numeric[key];
		if (key === "overwrite") {
			if (value !== "yes" && value !== "no") report.error(position, `overwrite="${value}" is not yes or no.`);
			overwrite = value === "yes";
		} else if (range === void 0) report.error(position, `"${name}" is not an attribute of <rule>.`);
		else if (!/^\d+$/.test(value) || value.length > range.digits || !isWithin(Number(value), range)) report.error(position, `${key}="${value}" is not a number from ${range.least} to ${range.most}.`);
		else numbers.set(key, Number(value));
	}
	const id = numbers.get("id");
	const level = numbers.get("level");
	if (report.errorCount > before) return void 0;
	if (id === void 0 || level === void 0) {
		report.error(element.position, "<rule> needs an id and a level.");
		return;
	}
	return {
		id,
		level,
		frequency: numbers.get("frequency"),
		timeframe: numbers.get("timeframe") ?? defaultTimeframe,
		ignoreSeconds: numbers.get("ignore") ?? 0,
		minimumSize: numbers.get("maxsize") ?? 0,
		noAlert: numbers.get("noalert") === 1,
		sortsLast: numbers.get("accuracy") === 0,
		overwrite
	};
}
function isWithin(value, range) {
	return value >= range.least && value <= range.most;
}
// src/detect/rules/compiled.ts
const crawlerNetworks = [
	"66.249.",
	"72.14.",
	"209.85.",
	"65.55.",
	"207.46.",
	"74.6.",
	"72.30.",
	"67.195."
];
const longId = 10;
const functions = {
	is_simple_http_request: (event) => {
		const url = event.statics[slot.url];
		return url !== void 0 && (url === "/" || !url.includes("?"));
	},
	is_valid_crawler: (event) => crawlerNetworks.some((network) => event.log.startsWith(network)),
	comp_srcuser_dstuser: (event) => {
		const from = event.statics[slot.srcuser];
		const to = event.statics[slot.dstuser];
		return from === void 0 || to === void 0 || from === to;
	},
	check_id_size: (event) => (event.statics[slot.id] ?? "").length >= longId,
	comp_mswin_targetuser_calleruser_diff: (event) => {
		const target = between(event.log, "Target User Name: ", "Target Domain:");
		const caller = between(event.log, "Caller User Name: ", "Caller Domain:");
		return target !== void 0 && caller !== void 0 && target !== caller;
	}
};
function between(text, before, after) {
	const start = text.indexOf(before);
	if (start < 0) return void 0;
	const end = text.indexOf(after, start);
	return end < 0 ? void 0 : text.slice(start + before.length, end);
}
function compiledCondition(name) {
	const holds = Object.hasOwn(functions, name) ? functions[name] : void 0;
	return holds === void 0 ? void 0 : {
		rank: rank.compiled_rule,
		holds
	};
}
// src/detect/rules/correlation-options.ts
const aliases = {
	source_ip: "srcip",
	src_port: "srcport",
	dst_port: "dstport",
	user: "dstuser"
};
var CorrelationDraft = class {
	globalFrequency = false;
	sameSlots = [];
	differentSlots = [];
	sameLocation = false;
	differentLocation = false;
	sameDynamic = [];
	differentDynamic = [];
};
/** True where the element is an option of correlation. */
function readCorrelationOption(draft, option, report) {
	const name = option.name.toLowerCase();
	if (name === "global_frequency") {
		draft.globalFrequency = true;
		return true;
	}
	const parts = /^(same|different|not_same)_(.+)$/.exec(name);
	if (parts === null) return false;
	const same = parts[1] === "same";
	const written = parts[2] ?? "";
	const field = aliases[written] ?? written;
	if (field === "agent") report.warn(option.position, `<${name}> has no effect any more and is ignored.`);
	else if (field === "location") {
		if (same) draft.sameLocation = true;
		else draft.differentLocation = true;
	} else if (field === "field") addDynamic(same ? draft.sameDynamic : draft.differentDynamic, option.content);
	else if (field === "srcgeoip" || field === "dstgeoip") addGeo(draft, same);
	else return addSlot(same ? draft.sameSlots : draft.differentSlots, field);
	return true;
}
/** Names of no field, so the condition never holds (same) or always (different): no GeoIP here. */
function addGeo(draft, same) {
	if (same) draft.sameDynamic.push("");
}
function addDynamic(names, content) {
	for (const name of content.split(",")) {
		const folded = foldAscii(name.trim());
		if (folded !== "" && !names.includes(folded)) names.push(folded);
	}
}
function addSlot(slots, field) {
	const index = slotOf(field);
	if (index === void 0) return false;
	if (!slots.includes(index)) slots.push(index);
	return true;
}
/** The slots in an order that does not depend on how the rule was written. */
function finishCorrelation(draft) {
	draft.sameSlots.sort((a, b) => a - b);
	draft.sameDynamic.sort();
	return draft;
}
Object.keys(slot);
// src/alert/alert.ts
/** Compliance schemes that alerts.json keeps in arrays of their own. // spec active-response §2, ruleset §9.2 */
const complianceSchemes = [
	"pci_dss",
	"cis",
	"gdpr",
	"gpg13",
	"hipaa",
	"nist_800_53",
	"tsc"
];
// src/detect/rules/groups.ts
const shownBytes = 1023;
/** Pieces that begin with a compliance scheme go to that scheme's array, in order of first appearance. */
function splitGroups(groupString) {
	const groups = [];
	const compliance = {};
	for (const piece of groupString.slice(0, shownBytes).split(",")) {
		if (piece === "") continue;
		const scheme = complianceSchemes.find((name) => piece.startsWith(`${name}_`));
		if (scheme === void 0) {
			groups.push(toUnicode(piece));
			continue;
		}
		const entries = compliance[scheme] ?? [];
		entries.push(toUnicode(piece.slice(scheme.length + 1)));
		compliance[scheme] = entries;
	}
	return {
		groups,
		compliance
	};
}
// src/detect/rules/pattern-options.ts
const kinds = [
	"osregex",
	"osmatch",
	"pcre2"
];
const slotMaker = (place, index) => (expression, negated) => onSlot(place, index, expression, negated);
const makers = {
	match: (expression, negated) => onLog(rank.match, expression, negated),
	regex: (expression, negated) => onLog(rank.regex, expression, negated),
	user: onUser,
	program_name: (expression, negated) => onSubject(rank.program_name, (event) => event.programName === void 0 ? void 0 : new Subject(event.programName), expression, negated),
	hostname: (expression, negated) => onSubject(rank.hostname, (event) => new Subject(event.hostname), expression, negated),
	location: (expression, negated) => onSubject(rank.location, (event) => new Subject(event.location), expression, negated),
	id: slotMaker(rank.id, slot.id),
	system_name: slotMaker(rank.system_name, slot.system_name),
	protocol: slotMaker(rank.protocol, slot.protocol),
	action: slotMaker(rank.action, slot.action),
	url: slotMaker(rank.url, slot.url),
	srcport: slotMaker(rank.srcport, slot.srcport),
	dstport: slotMaker(rank.dstport, slot.dstport),
	data: slotMaker(rank.data, slot.data),
	extra_data: slotMaker(rank.extra_data, slot.extra_data),
	status: slotMaker(rank.status, slot.status),
	srcgeoip: () => never,
	dstgeoip: () => never
};
const defaults = {
	regex: "osregex",
	action: "exact"
};
/** Names that `<field>` refuses: they have options of their own. */
const ownOptions = /* @__PURE__ */ new Set([
	...Object.keys(slot),
	"srcgeoip",
	"dstgeoip",
	"user"
]);
/** The pattern options of one rule while it is read. */
var PatternOptions = class {
	patterns = /* @__PURE__ */ new Map();
	fields = [];
	/** True where the element is one of these options. */
	read(option, report) {
		const name = option.name.toLowerCase();
		if (name === "field") {
			this.readField(option, report);
			return true;
		}
		if (!Object.hasOwn(makers, name)) return false;
		const kind = readKind(option, defaults[name] ?? "osmatch", kinds, report);
		this.patterns.set(name, appendPiece(this.patterns.get(name), option, kind, report, "rule"));
		return true;
	}
	readField(option, report) {
		const name = attributeOf(option, "name");
		if (name === void 0 || name === "") report.error(option.position, "<field> needs a name.");
		else if (ownOptions.has(name)) report.error(option.position, `<field> cannot test "${name}", which has an option of its own.`);
		else {
			const kind = readKind(option, "osregex", kinds, report);
			this.fields.push({
				name,
				pattern: appendPiece(void 0, option, kind, report, "rule")
			});
		}
	}
	finish(report) {
		const conditions = [];
		const add = (pattern, make) => {
			const expression = compilePattern(pattern, report);
			if (expression !== void 0) conditions.push(make(expression, pattern.negated));
		};
		for (const [name, pattern] of this.patterns) {
			const make = makers[name];
			if (make !== void 0) add(pattern, make);
		}
		for (const { name, pattern } of this.fields) add(pattern, (expression, negated) => onDynamic(foldAscii(name), expression, negated));
		return conditions;
	}
};
/** An osmatch pattern without options: groups and list values. */
function compileOsmatch(text, position, report) {
	return compilePattern({
		text,
		kind: "osmatch",
		negated: false,
		position
	}, report);
}
// src/detect/rules/when.ts
const span = /^\s*(!?)\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\s*-\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\s*$/i;
const dayNames = [
	"sunday",
	"monday",
	"tuesday",
	"wednesday",
	"thursday",
	"friday",
	"saturday"
];
const dayGroups = {
	weekdays: [
		1,
		2,
		3,
		4,
		5
	],
	weekends: [0, 6]
};
/** Undefined where the text is no span of time. */
function readTimeCondition(text) {
	const parts = span.exec(text);
	if (parts === null) return void 0;
	const start = minuteOfDay(parts[2], parts[3], parts[4]);
	const end = minuteOfDay(parts[5], parts[6], parts[7]);
	if (start === void 0 || end === void 0) return void 0;
	const wraps = start > end;
	const first = wraps ? end : start;
	const last = wraps ? start : end;
	const negated = wraps || parts[1] === "!";
	return {
		rank: rank.time,
		holds: (event) => {
			const local = new Date(event.timeMs);
			const minute = local.getHours() * 60 + local.getMinutes();
			return (minute >= first && minute <= last) !== negated;
		}
	};
}
function minuteOfDay(hours, minutes = "0", half) {
	let hour = Number(hours);
	const suffix = half?.toLowerCase();
	if (suffix !== void 0 && hour > 12) return void 0;
	if (suffix === "am" && hour === 12) hour = 0;
	if (suffix === "pm" && hour < 12) hour += 12;
	return hour > 24 || Number(minutes) > 59 ? void 0 : hour * 60 + Number(minutes);
}
/** Undefined where a word is no day. */
function readWeekdayCondition(text) {
	const days = /* @__PURE__ */ new Set();
	for (const word of text.toLowerCase().split(/[,\s]+/)) {
		if (word === "") continue;
		const group = dayGroups[word];
		const day = dayNames.findIndex((name) => name === word || name.slice(0, 3) === word);
		if (group === void 0 && day < 0) return void 0;
		for (const member of group ?? [day]) days.add(member);
	}
	return days.size === 0 ? void 0 : {
		rank: rank.weekday,
		holds: (event) => days.has(new Date(event.timeMs).getDay())
	};
}
// src/detect/rules/read.ts
const ruleCategories = [
	"syslog",
	"firewall",
	"ids",
	"web-log",
	"squid",
	"windows",
	"ossec"
];
const infoTypes = [
	"text",
	"link",
	"cve",
	"osvdb"
];
const parentOptions = [
	"if_sid",
	"if_level",
	"if_group",
	"if_matched_sid",
	"if_matched_group",
	"if_matched_regex"
];
const withoutEffect = ["check_if_ignored", "ignore"];
var Draft = class {
	attributes;
	texts = /* @__PURE__ */ new Map();
	patterns = new PatternOptions();
	correlation = new CorrelationDraft();
	addresses = /* @__PURE__ */ new Map();
	conditions = [];
	lists = [];
	logged;
	mail;
	noActiveResponse = false;
	noFullLog = false;
	noCounter = false;
	decodedAs;
	category = "syslog";
	mitre;
	skipped = false;
	constructor(attributes, context) {
		this.attributes = attributes;
		this.logged = context.logAlertLevel <= attributes.level;
		this.mail = context.emailAlertLevel <= attributes.level;
	}
	append(name, text) {
		this.texts.set(name, (this.texts.get(name) ?? "") + text);
	}
};
/** Undefined where the rule is skipped or not valid; the report says which. */
function readRule(element, groupName, context) {
	const { report } = context;
	const before = report.errorCount;
	const attributes = readAttributes(element, report);
	if (attributes === void 0) return void 0;
	const draft = new Draft(attributes, context);
	for (const option of element.children) readOption(draft, option, context);
	const definition = finishRule(draft, element, groupName, report);
	return draft.skipped || report.errorCount > before ? void 0 : definition;
}
function readOption(draft, option, context) {
	const { report } = context;
	const name = option.name.toLowerCase();
	if (draft.patterns.read(option, report) || readCorrelationOption(draft.correlation, option, report)) return;
	if (parentOptions.includes(name) || name === "group" || name === "cve") draft.append(name, option.content);
	else if (name === "description") draft.append(name, option.content.replace("\n", " "));
	else if (name === "info") readInfo(draft, option, report);
	else if (name === "options") readFlag(draft, option, report);
	else if (name === "mitre") draft.mitre = readMitre(draft.mitre, option, report);
	else if (name === "decoded_as") readDecodedAs(draft, option, context);
	else if (name === "category") readCategory(draft, option, report);
	else if (name === "list") readList(draft, option, context);
	else if (!readCondition(draft, option, report) && !withoutEffect.includes(name)) report.error(option.position, `<${option.name}> is not an option of a rule.`);
}
function readInfo(draft, option, report) {
	const type = attributeOf(option, "type") ?? "text";
	if (!infoTypes.includes(type)) report.error(option.position, `<info type="${type}"> is not one of ${infoTypes.join(", ")}.`);
	else draft.append("info", option.content);
}
function readFlag(draft, option, report) {
	switch (option.content) {
		case "alert_by_email":
			draft.mail = true;
			return;
		case "no_email_alert":
			draft.mail = false;
			return;
		case "log_alert":
			draft.logged = true;
			return;
		case "no_log":
			draft.logged = false;
			return;
		case "no_ar":
			draft.noActiveResponse = true;
			return;
		case "no_full_log":
			draft.noFullLog = true;
			return;
		case "no_counter":
			draft.noCounter = true;
			return;
		default: report.error(option.position, `<options>${option.content}</options> is not known.`);
	}
}
function readDecodedAs(draft, option, context) {
	draft.decodedAs = context.decoders.findId(option.content);
	if (draft.decodedAs === void 0) context.report.error(option.position, `<decoded_as> names the decoder "${option.content}", which does not exist.`);
}
function readCategory(draft, option, report) {
	if (ruleCategories.includes(option.content)) draft.category = option.content;
	else report.error(option.position, `"${option.content}" is not a category; one of ${ruleCategories.join(", ")} is.`);
}
function readList(draft, option, context) {
	const { report } = context;
	const field = attributeOf(option, "field");
	const written = attributeOf(option, "lookup") ?? "match_key";
	const lookup = lookups.find((name) => name === written);
	if (field === void 0 || lookup === void 0) {
		report.error(option.position, `<list> needs a field and a lookup that is one of ${lookups.join(", ")}.`);
		return;
	}
	const list = context.lists.get(option.content) ?? context.lists.get(option.content.replace(/\.cdb$/, ""));
	if (list === void 0) {
		report.warn(option.position, `The list "${option.content}" is not configured; rule ${draft.attributes.id} is skipped.`);
		draft.skipped = true;
		return;
	}
	const check = attributeOf(option, "check_value");
	const expression = check === void 0 ? void 0 : compileOsmatch(check, option.position, report);
	draft.lists.push(listCondition(field, lookup, list, expression));
}
/** True where the element is a condition of its own kind. */
function readCondition(draft, option, report) {
	const name = option.name.toLowerCase();
	switch (name) {
		case "srcip":
		case "dstip":
			readAddress(draft, option, name, report);
			return true;
		case "time":
			addCondition(draft, option, readTimeCondition(option.content), report);
			return true;
		case "weekday":
			addCondition(draft, option, readWeekdayCondition(option.content), report);
			return true;
		case "compiled_rule":
			addCondition(draft, option, compiledCondition(option.content), report);
			return true;
		case "if_fts":
			draft.conditions.push(isFirstSeen);
			return true;
		case "check_diff":
			draft.conditions.push(differsFromLast);
			return true;
		default: return false;
	}
}
function addCondition(draft, option, condition, report) {
	if (condition === void 0) report.error(option.position, `<${option.name}> cannot be "${option.content}".`);
	else draft.conditions.push(condition);
}
function readAddress(draft, option, name, report) {
	const entry = draft.addresses.get(name) ?? {
		list: new AddressList(),
		negated: false
	};
	draft.addresses.set(name, entry);
	entry.negated = attributeOf(option, "negate")?.toLowerCase() === "yes";
	if (!entry.list.add(option.content)) report.error(option.position, `"${option.content}" is not an address or network.`);
}
function collectConditions(draft, report) {
	const conditions = [
		...draft.patterns.finish(report),
		...draft.conditions,
		...draft.lists.slice(-2)
	];
	for (const [name, { list, negated }] of draft.addresses) {
		const source = name === "srcip";
		conditions.push(onAddress(source ? rank.srcip : rank.dstip, source ? slot.srcip : slot.dstip, list, negated));
	}
	const { minimumSize } = draft.attributes;
	if (minimumSize > 0) conditions.push(onMinimumSize(minimumSize));
	return conditions.sort((a, b) => a.rank - b.rank);
}
function finishRule(draft, element, groupName, report) {
	const { attributes, texts } = draft;
	const level = texts.get("if_level");
	const parents = {
		sids: texts.get("if_sid"),
		level: level === void 0 ? void 0 : Number(level),
		group: texts.get("if_group"),
		matchedSid: texts.get("if_matched_sid"),
		matchedGroup: texts.get("if_matched_group"),
		matchedRegex: texts.get("if_matched_regex")
	};
	const composite = [
		parents.matchedSid,
		parents.matchedGroup,
		parents.matchedRegex
	].some((text) => text !== void 0);
	if (attributes.frequency !== void 0 && !composite) report.error(element.position, `Rule ${attributes.id} has a frequency but no if_matched_sid, _group or _regex.`);
	const rawDescription = texts.get("description");
	if (rawDescription === void 0) report.error(element.position, `Rule ${attributes.id} has no description.`);
	const groupString = (groupName + (texts.get("group") ?? "")).replaceAll("\n", "");
	return {
		...attributes,
		frequency: attributes.frequency === void 0 ? 0 : attributes.frequency - 2,
		groupString,
		description: readDescription(rawDescription ?? ""),
		rawDescription: rawDescription ?? "",
		logged: draft.logged,
		mail: draft.mail,
		noActiveResponse: draft.noActiveResponse,
		noFullLog: draft.noFullLog,
		noCounter: draft.noCounter,
		mitre: draft.mitre,
		decodedAs: draft.decodedAs,
		category: draft.category,
		conditions: collectConditions(draft, report),
		parents,
		correlation: finishCorrelation(draft.correlation),
		position: element.position,
		shown: {
			cve: shownText(texts.get("cve")),
			info: shownText(texts.get("info")),
			...splitGroups(groupString)
		}
	};
}
function shownText(text) {
	return text === void 0 ? void 0 : toUnicode(text);
}
// src/detect/rules/correlation-lists.ts
var CorrelationLists = class {
	/** Per list, the keys by which it is divided. */
	divisions = [];
	create() {
		this.divisions.push([]);
		return this.divisions.length - 1;
	}
	/** The list, divided by what the options demand to be equal. */
	sourceOf(list, options) {
		const key = {
			agent: !options.globalFrequency,
			slots: options.sameSlots,
			location: options.sameLocation,
			dynamic: options.sameDynamic
		};
		const divisions = this.divisions[list];
		if (divisions === void 0) return { kind: "nothing" };
		const text = JSON.stringify(key);
		let index = divisions.findIndex((other) => JSON.stringify(other) === text);
		if (index < 0) index = divisions.push(key) - 1;
		return {
			kind: "list",
			list,
			index
		};
	}
};
// src/detect/rules/rule.ts
/** One rule, however many places it has in the tree. An overwrite replaces its definition. */
var Rule = class {
	/** Position among all rules: index of its counters. */
	index;
	id;
	definition;
	source = void 0;
	/** The list of `if_matched_sid` rules that name this rule; -1 where there is none. */
	ownList = -1;
	/** Lists of groups, one entry for each place in the tree. */
	groupLists = [];
	constructor(index, definition) {
		this.index = index;
		this.id = String(definition.id);
		this.definition = definition;
	}
};
// src/detect/rules/tree.ts
/** One place of a rule in the tree. */
var RuleNode = class {
	rule;
	children = [];
	byDecoder = /* @__PURE__ */ new Map();
	constructor(rule) {
		this.rule = rule;
	}
	insert(node) {
		insertSorted(this.children, node);
	}
	/** Children that a decoder's events can match, in order; computed once the tree is complete. */
	childrenFor(decoderId) {
		const known = this.byDecoder.get(decoderId);
		if (known !== void 0) return known;
		const found = this.children.filter(({ rule: { definition } }) => {
			return definition.decodedAs === void 0 || definition.decodedAs === decoderId;
		});
		this.byDecoder.set(decoderId, found);
		return found;
	}
};
/** Level 0 is tried before everything else. */
function weight(definition) {
	if (definition.sortsLast) return -1;
	return definition.level === 0 ? 1e3 : definition.level;
}
function insertSorted(siblings, node) {
	const own = weight(node.rule.definition);
	let index = siblings.length;
	for (let at = 0; at < siblings.length; at++) {
		const sibling = siblings[at];
		if (sibling !== void 0 && weight(sibling.rule.definition) < own) {
			index = at;
			break;
		}
	}
	siblings.splice(index, 0, node);
}
/** Rules of these ids are the templates of the categories. */
const lastTemplateId = 9;
var RuleTree = class {
	top = [];
	rules = [];
	lists = new CorrelationLists();
	/** The highest stored frequency: what the memory of events goes by. */
	maxFrequency = 0;
	usesEarlierLogs = false;
	byId = /* @__PURE__ */ new Map();
	nodesById = /* @__PURE__ */ new Map();
	nodes = [];
	report;
	constructor(report) {
		this.report = report;
	}
	get nodeCount() {
		return this.nodes.length;
	}
	findRule(id) {
		return this.byId.get(id);
	}
	add(definition) {
		const existing = this.byId.get(definition.id);
		if (existing !== void 0) {
			if (definition.overwrite) this.overwrite(existing, definition);
			else this.report.warn(definition.position, `Rule ${definition.id} exists already; this one is skipped.`);
			return;
		}
		const rule = new Rule(this.rules.length, definition);
		if (!this.place(rule)) return;
		this.rules.push(rule);
		this.byId.set(definition.id, rule);
		this.maxFrequency = Math.max(this.maxFrequency, definition.frequency);
		this.connect(rule);
	}
	/** The new definition takes the old one's places, parents and list. // spec ruleset §7.5 */
	overwrite(rule, definition) {
		const old = rule.definition;
		rule.definition = definition;
		this.maxFrequency = Math.max(this.maxFrequency, definition.frequency);
		const { matchedSid, matchedGroup, matchedRegex } = definition.parents;
		if (matchedSid === void 0 && matchedGroup === void 0 && matchedRegex === void 0) rule.source = void 0;
		else if (rule.source === void 0) rule.source = { kind: "nothing" };
		else if (rule.source.kind === "list") rule.source = this.lists.sourceOf(rule.source.list, definition.correlation);
		if ([
			"sids",
			"level",
			"group",
			"matchedSid",
			"matchedGroup"
		].some((name) => old.parents[name] !== definition.parents[name])) this.report.warn(definition.position, `Overwriting rule ${rule.id} does not change its if_… options.`);
	}
	/** False where no parent was found. */
	place(rule) {
		const { id, parents } = rule.definition;
		if (id <= lastTemplateId) {
			this.addNode(rule, void 0);
			return true;
		}
		const hosts = this.findParents(rule, parents);
		for (const host of hosts) this.addNode(rule, host);
		return hosts.length > 0;
	}
	addNode(rule, parent) {
		const node = new RuleNode(rule);
		if (parent === void 0) insertSorted(this.top, node);
		else parent.insert(node);
		this.nodes.push(node);
		const same = this.nodesById.get(rule.definition.id);
		if (same === void 0) this.nodesById.set(rule.definition.id, [node]);
		else same.push(node);
	}
	findParents(rule, parents) {
		if (parents.sids !== void 0) return this.nodesOfIds(rule, parents.sids, "if_sid");
		if (parents.matchedSid !== void 0 && parents.group === void 0 && parents.level === void 0) return this.nodesOfIds(rule, parents.matchedSid, "if_matched_sid");
		if (parents.level !== void 0) return this.nodesOfLevel(rule, parents.level);
		const group = parents.group ?? parents.matchedGroup;
		if (group !== void 0) return this.nodesOfGroup(rule, group);
		return this.templateOf(rule);
	}
	nodesOfIds(rule, text, option) {
		const { position } = rule.definition;
		const found = [];
		for (const piece of text.split(/[, ]+/)) {
			if (piece === "") continue;
			if (!/^\d+$/.test(piece)) {
				this.report.warn(position, `<${option}> "${text}" of rule ${rule.id} is not a list of ids; the rule is skipped.`);
				return [];
			}
			const nodes = this.nodesById.get(Number(piece));
			if (nodes === void 0) this.report.warn(position, `Rule ${rule.id} has the unknown parent ${piece}.`);
			else found.push(...nodes);
		}
		return found;
	}
	nodesOfLevel(rule, level) {
		if (!Number.isInteger(level) || level < 1) {
			this.report.warn(rule.definition.position, `<if_level> of rule ${rule.id} is not a level; the rule is skipped.`);
			return [];
		}
		return this.nodes.filter((node) => {
			const own = node.rule.definition.level;
			return own === 0 || own >= level;
		});
	}
	nodesOfGroup(rule, group) {
		const pattern = groupPattern(group);
		const found = this.nodes.filter((node) => pattern.test(new Subject(node.rule.definition.groupString)));
		if (found.length === 0) this.report.warn(rule.definition.position, `Rule ${rule.id} is skipped: no rule has the group "${group}".`);
		return found;
	}
	templateOf(rule) {
		const template = this.top.find((node) => node.rule.definition.category === rule.definition.category);
		if (template !== void 0) return [template];
		this.report.warn(rule.definition.position, `Rule ${rule.id} is skipped: no template rule (ids 1 to 9) has the category ${rule.definition.category}.`);
		return [];
	}
	/** Gives a composite rule the events that it looks for. // spec ruleset §8.1, §8.2 */
	connect(rule) {
		const { parents, correlation, position } = rule.definition;
		if (parents.matchedSid !== void 0) {
			const other = this.byId.get(Number(parents.matchedSid.trim()));
			if (other === void 0) {
				this.report.warn(position, `<if_matched_sid> of rule ${rule.id} names no rule: it can never fire.`);
				rule.source = { kind: "nothing" };
				return;
			}
			if (other.ownList < 0) other.ownList = this.lists.create();
			rule.source = this.lists.sourceOf(other.ownList, correlation);
		} else if (parents.matchedGroup !== void 0) {
			const list = this.lists.create();
			const pattern = groupPattern(parents.matchedGroup);
			for (const node of this.nodes) if (pattern.test(new Subject(node.rule.definition.groupString))) node.rule.groupLists.push(list);
			rule.source = this.lists.sourceOf(list, correlation);
		} else if (parents.matchedRegex !== void 0) this.connectRegex(rule, parents.matchedRegex);
	}
	connectRegex(rule, pattern) {
		const compiled = compileExpression("osregex", pattern);
		if (compiled.ok) {
			this.usesEarlierLogs = true;
			rule.source = {
				kind: "regex",
				expression: compiled.expression
			};
		} else this.report.error(rule.definition.position, `<if_matched_regex> is not valid: ${compiled.error}`);
	}
};
function groupPattern(group) {
	const compiled = compileExpression("osmatch", group);
	if (!compiled.ok) throw new Error(compiled.error);
	return compiled.expression;
}
// src/detect/load.ts
const defaultOrderSize = 256;
/** Loads all decoders, then lists, then all rules, and tells every problem at once. */
function loadRuleset(input) {
	const report = new Report();
	for (const path of input.files.missing) report.warn({
		file: path,
		line: 1,
		column: 1
	}, `The directory ${path} cannot be read.`);
	const decoders = loadDecoders(input, report);
	const lists = loadLists(input, report);
	const { logAlertLevel, emailAlertLevel } = input;
	const rules = loadRules(input, {
		decoders,
		lists,
		logAlertLevel,
		emailAlertLevel,
		report
	});
	return {
		ruleset: report.failed ? void 0 : {
			decoders,
			rules
		},
		problems: report.problems,
		counts: {
			decoders: decoders.count,
			rules: rules.rules.length,
			lists: lists.size
		}
	};
}
/** The root elements of a file, variables filled in. */
function readRoots(path, input, report) {
	const text = input.disk.read(path);
	if (text === void 0) {
		report.warn({
			file: path,
			line: 1,
			column: 1
		}, `The file ${path} cannot be read.`);
		return [];
	}
	const document = applyVariables(parseDialect(text, path));
	report.problems.push(...document.problems);
	for (const problem of document.problems) if (problem.severity === "error") report.noteError();
	return document.roots.filter((root) => root.name.toLowerCase() !== "var");
}
function loadDecoders(input, report) {
	const tree = new DecoderTree();
	const orderSize = input.decoderOrderSize ?? defaultOrderSize;
	for (const path of input.files.decoders) for (const root of readRoots(path, input, report)) {
		const decoder = readDecoder(root, orderSize, report);
		if (decoder !== void 0) tree.add(decoder, report);
	}
	return tree;
}
function loadLists(input, report) {
	const lists = /* @__PURE__ */ new Map();
	for (const path of input.files.lists) {
		const text = input.disk.read(path);
		if (text === void 0) report.warn({
			file: path,
			line: 1,
			column: 1
		}, `The list ${path} cannot be read.`);
		else lists.set(path, readKeyList(text));
	}
	return lists;
}
function loadRules(input, context) {
	const tree = new RuleTree(context.report);
	for (const path of input.files.rules) for (const root of readRoots(path, input, context.report)) readGroup(root, tree, context);
	return tree;
}
function readGroup(root, tree, context) {
	const { report } = context;
	const [name] = root.attributes;
	if (root.name.toLowerCase() !== "group") {
		report.error(root.position, `<${root.name}> cannot stand in a rule file; only <group> can.`);
		return;
	}
	if (name === void 0 || name.name.toLowerCase() !== "name" || root.attributes.length > 1) {
		report.error(root.position, "<group> needs a name and no other attribute.");
		return;
	}
	for (const element of root.children) {
		if (element.name.toLowerCase() !== "rule") {
			report.error(element.position, `<${element.name}> cannot stand in <group>; only <rule> can.`);
			continue;
		}
		const definition = readRule(element, name.value, context);
		if (definition !== void 0) tree.add(definition);
	}
}
// src/detect/ruleset-files.ts
const defaultDecoderDir = "ruleset/decoders";
const defaultRuleDir = "ruleset/rules";
const defaultPattern = ".xml$";
/** What is loaded where the configuration has no `<ruleset>`. */
const defaultSources = {
	decoderDirs: [{
		path: defaultDecoderDir,
		pattern: defaultPattern
	}, {
		path: "etc/decoders",
		pattern: defaultPattern
	}],
	ruleDirs: [{
		path: defaultRuleDir,
		pattern: defaultPattern
	}, {
		path: "etc/rules",
		pattern: defaultPattern
	}],
	decoderIncludes: [],
	ruleIncludes: [],
	decoderExcludes: [],
	ruleExcludes: ["0215-policy_rules.xml"],
	lists: []
};
/** Paths as they were given: relative to the home unless absolute. */
function chooseRulesetFiles(sources, disk) {
	const missing = [];
	const choose = (directories, includes, excludes, fallback) => {
		const paths = /* @__PURE__ */ new Set();
		const used = directories.length > 0 ? directories : [{
			path: fallback,
			pattern: defaultPattern
		}];
		for (const directory of used) {
			const names = disk.list(directory.path);
			if (names === void 0) missing.push(directory.path);
			else addDirectory(paths, directory, names, excludes);
		}
		for (const include of includes) paths.add(include.includes("/") ? include : `${fallback}/${include}`);
		return [...paths].sort(byBaseName);
	};
	return {
		decoders: choose(sources.decoderDirs, sources.decoderIncludes, sources.decoderExcludes, defaultDecoderDir),
		rules: choose(sources.ruleDirs, sources.ruleIncludes, sources.ruleExcludes, defaultRuleDir),
		lists: sources.lists,
		missing
	};
}
function addDirectory(paths, directory, names, excludes) {
	const compiled = compileExpression("osregex", directory.pattern);
	for (const name of names) {
		const path = `${directory.path.replace(/\/+$/, "")}/${name}`;
		if (excludes.includes(name) || excludes.includes(path)) continue;
		if (compiled.ok && compiled.expression.test(new Subject(path))) paths.add(path);
	}
}
function baseName(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
/** Byte order of the base names; equal ones in the order of their directories. */
function byBaseName(a, b) {
	const first = baseName(a);
	const second = baseName(b);
	return first < second ? -1 : first > second ? 1 : 0;
}
// test/ruleset/shipped.ts
const rulesetFolder = join(import.meta.dirname, "../../ruleset");
const disk = {
	list: (directory) => directory.startsWith("ruleset/") ? readdirSync(inProject(directory)) : [],
	read: (path) => readFileSync(inProject(path), "latin1")
};
function inProject(path) {
	return join(rulesetFolder, "..", path);
}
function loadShipped() {
	return loadRuleset({
		files: chooseRulesetFiles(defaultSources, disk),
		disk,
		logAlertLevel: 3,
		emailAlertLevel: 12
	});
}
function startShipped(loaded) {
	if (loaded.ruleset === void 0) throw new Error(JSON.stringify(loaded.problems, void 0, 2));
	return createDetector(loaded.ruleset, {
		hostname: "manager",
		logAlertLevel: 3,
		memorySize: 8192,
		logtest: true
	});
}
/** What became of the last line of a session. */
function runSession(engine, lines) {
	let result;
	for (const [index, [offset, line]] of lines.entries()) result = engine.logtest({
		id: `1.${index}`,
		location: "/var/log/auth.log",
		text: Buffer.from(line, "utf8").toString("latin1"),
		timeMs: 179e10 + offset * 1e3
	});
	if (result === void 0) throw new Error("a session without lines");
	return result;
}
// ../../tmp/corp.ts
const loaded = loadShipped();
console.log(loaded.counts, loaded.problems.length);
let n = 0;
let same = 0;
for (const l of gunzipSync(readFileSync("/work/shared/data/recordings/corpus.jsonl.gz")).toString().trim().split("\n")) {
	const r = JSON.parse(l);
	if (![
		"sshd.ini",
		"pam.ini",
		"su.ini",
		"sudo.ini",
		"ossec.ini"
	].includes(r.file)) continue;
	const o = r.outs.at(-1);
	const want = o.output ?? o;
	const got = runSession(startShipped(loaded), r.lines.map((x, i) => [i, x]));
	n++;
	const wd = JSON.stringify(Object.entries(want.data ?? {}).sort()), gd = JSON.stringify(Object.entries(got.fields).sort());
	if (got.rule?.id === want.rule?.id) same++;
	else console.log(want.rule?.id, got.rule?.id, r.lines.at(-1).slice(0, 160));
	if (wd !== gd) console.log("   fields", want.rule?.id, wd, gd);
}
console.log(n, same);
const e = startShipped(loaded);
const lines = [
	"Nov 24 06:00:00 web1 sshd-session[4321]: Failed password for root from 198.51.100.7 port 50122 ssh2",
	"Nov 24 06:00:00 web1 systemd[1]: Started Session 123 of User root.",
	"Nov 24 06:00:00 web1 CRON[33]: pam_unix(cron:session): session opened for user root(uid=0) by root(uid=0)",
	"Nov 24 06:00:00 web1 sshd-session[4321]: Connection closed by 198.51.100.8 port 5 [preauth]",
	"Nov 24 06:00:00 web1 kernel: [12345.6] eth0: renamed from veth12345",
	"Nov 24 06:00:00 web1 sudo:      bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id",
	"Nov 24 06:00:00 web1 nginx[22]: 10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] \"GET /index.html HTTP/1.1\" 200 1234 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
	"Nov 24 06:00:00 web1 dhclient[33]: DHCPREQUEST of 10.0.0.5 on eth0 to 10.0.0.1 port 67",
	"Nov 24 06:00:00 web1 sshd[1]: pam_unix(sshd:session): session closed for user deploy",
	"Nov 24 06:00:00 web1 postfix/smtpd[11]: connect from mail.example.net[203.0.113.4]"
];
for (const [name, set] of [
	["mixed", lines],
	["innocent", lines.filter((_, i) => [
		1,
		4,
		6,
		7,
		9
	].includes(i))],
	["ssh", lines.filter((_, i) => [0, 3].includes(i))]
]) for (let k = 0; k < 2; k++) {
	const t = process.cpuUsage();
	const N = 1e5;
	for (let i = 0; i < N; i++) e.process({
		id: "1." + i,
		location: "/var/log/auth.log",
		text: set[i % set.length],
		timeMs: 179e10 + i * 1e3
	});
	const c = process.cpuUsage(t);
	console.log(name, Math.round(N / ((c.user + c.system) / 1e6)), "lines/cpu s");
}
export {};
