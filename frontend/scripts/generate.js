// Writes `name.generated.ts` beside each `name.graphql` under src: its operations as texts, with their types. The
// fragments of components can be used in every file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { Kind, parse, print, visit } from 'graphql';

const FRONTEND = join(import.meta.dirname, '..');
const SCALARS = {
  DateTime: 'string',
  JSON: 'unknown',
  RunColumns: "import('@/lib/run-columns').RunColumns",
  ID: { input: 'string', output: 'string' },
};

function graphqlFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => join(folder, name));
}

/** Writes only what differs, so that a running development server reloads only that. */
function writeIfChanged(file, text) {
  let present = null;
  try {
    present = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (text !== present) writeFileSync(file, text);
}

/** The fragments that `node` needs, and those that they need. */
function fragmentsOf(node, fragments, found = new Set()) {
  visit(node, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment !== undefined && !found.has(fragment)) {
        found.add(fragment);
        fragmentsOf(fragment, fragments, found);
      }
    },
  });
  return found;
}

/** `document` with the fragments behind it that it needs and another file defines. */
function withShared(document, shared) {
  const own = document.definitions.map(({ name }) => name.value);
  const needed = [...fragmentsOf(document, shared)].filter(({ name }) => !own.includes(name.value));
  return { ...document, definitions: [...document.definitions, ...needed] };
}

/** A plugin of the code generator: each operation's text, carrying its types. */
const operationTexts = {
  plugin(_, [{ document }]) {
    const fragments = new Map(
      document.definitions
        .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const texts = operations.map((operation) => {
      const name = pascalCase(operation.name.value);
      const type = name + pascalCase(operation.operation);
      const text = [operation, ...fragmentsOf(operation, fragments)].map(print).join('\n');
      return `export const ${name}Document = ${JSON.stringify(text)} as Operation<${type}, ${type}Variables>;`;
    });
    const prepend = texts.length > 0 ? [`import type { Operation } from '@/api/operation';`] : [];
    return { prepend, content: texts.join('\n') };
  },
};

function pascalCase(name) {
  return name[0].toUpperCase() + name.slice(1);
}

async function generate(file, document, schema) {
  const target = file.replace(/\.graphql$/, '.generated.ts');
  const text = await codegen({
    filename: target,
    schema,
    documents: [{ location: basename(file), document }],
    pluginMap: { operationTypes, operationTexts },
    plugins: [{ operationTypes: {} }, { operationTexts: {} }],
    config: {
      scalars: SCALARS,
      enumType: 'string-literal',
      skipTypename: true,
      useTypeImports: true,
      immutableTypes: true,
      strictScalars: true,
    },
  });
  writeIfChanged(target, `// Made by scripts/generate.js.\n${text}`);
}

const sdl = graphqlFiles(join(FRONTEND, '..', 'graphql')).map((file) => readFileSync(file, 'utf8'));
const schema = parse(sdl.join('\n'));
const documents = graphqlFiles(join(FRONTEND, 'src')).map((file) => [
  file,
  parse(readFileSync(file, 'utf8')),
]);
const shared = new Map(
  documents
    .filter(([file]) => file.startsWith(join(FRONTEND, 'src', 'components')))
    .flatMap(([, { definitions }]) => definitions)
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment]),
);
for (const [file, document] of documents) {
  await generate(file, withShared(document, shared), schema);
}
