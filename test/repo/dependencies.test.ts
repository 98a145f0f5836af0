import { describe, expect, it } from 'vitest';
import { readProjectFile } from './source-files.ts';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

type Versions = Readonly<Record<string, string>>;

const manifest = JSON.parse(readProjectFile('package.json')) as { dependencies: Versions; devDependencies: Versions };
const { packages: locked } = JSON.parse(readProjectFile('package-lock.json')) as {
  packages: Record<string, LockedPackage>;
};
const page = readProjectFile('docs/dependencies.md');

/** The rows of the tables below a heading, each as its cells. */
function readRows(heading: string): string[][] {
  const section = page.split(/^## /m).find((candidate) => candidate.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const shipped = Object.entries(locked).filter(([path, { dev }]) => path !== '' && dev !== true);

describe('dependencies', () => {
  it.each([
    ['At run time', manifest.dependencies],
    ['For development', manifest.devDependencies],
  ])('%s: docs/dependencies.md has each with its version and licence, and no other', (heading, versions) => {
    const documented = readRows(heading).map(([name, version, licence]) => `${name} ${version} ${licence}`);
    const asked = Object.entries(versions).map(
      ([name, version]) => `${name} ${version} ${locked[`node_modules/${name}`]?.license}`,
    );
    expect(documented.sort()).toEqual(asked.sort());
  });

  it('are said to be there for something', () => {
    const rows = [...readRows('At run time'), ...readRows('For development')];
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter((cells) => (cells[3] ?? '').length < 4)).toEqual([]);
  });

  it('are asked for by exact version', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('run nothing at install that docs/dependencies.md does not name', () => {
    const scripted = shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted.map(([path]) => path.replace('node_modules/', '')).sort()).toEqual(
      readRows('What runs at install')
        .map(([name]) => name)
        .sort(),
    );
  });

  it('have licences that go with Apache-2.0, all that are shipped', () => {
    const good = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']);
    expect(shipped.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    expect(shipped.filter(([, { license }]) => !good.has(license ?? '')).map(([path]) => path)).toEqual([]);
  });
});
