import { REFUSAL_KINDS, type RefusalKind } from '#kernel';
import { STATUS_OF } from '#platform/http';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One permanent code, as all the places in the product that refuse with it have it together. */
export interface CataloguedRefusal {
  readonly code: string;
  readonly kinds: readonly RefusalKind[];
  /** HTTP statuses, of its kinds and of an edge that names one; none where it only names what is wrong with a row. */
  readonly statuses: readonly number[];
  /** What the person reads, `…` for what is filled in. */
  readonly says: readonly string[];
}

const CODE = /^[A-Z][A-Z_]+\.[A-Z][A-Z0-9_]+$/;
const SAYS_THE_SHAPE = 'names the field and the rule that it breaks';

/** The sources that refuse: what is shipped, without its tests. `root` is the checkout's folder. */
function sourcesOf(root: string): readonly ts.SourceFile[] {
  return globSync('{libs,apps}/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.spec.ts'))
    .sort()
    .map((path) =>
      ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true),
    );
}

function everyNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => everyNode(child, visit));
}

function kindIn(nodes: readonly ts.Node[]): RefusalKind | undefined {
  return REFUSAL_KINDS.find((kind) => nodes.some((node) => ts.isStringLiteral(node) && node.text === kind));
}

/** What refuses with this code: the call around it, also where it is one of two, or a function of the file returns it. */
function useOf(source: ts.SourceFile, literal: ts.StringLiteral): ts.Node {
  let node: ts.Node = literal.parent;
  while (
    ts.isConditionalExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isArrayLiteralExpression(node)
  ) {
    node = node.parent;
  }
  if (!ts.isReturnStatement(node)) return node;
  const name = nameOfFunctionAround(node);
  let use: ts.Node = node;
  everyNode(source, (call) => {
    if (ts.isCallExpression(call) && call.arguments[0]?.getText(source).startsWith(`${name}(`)) use = call;
  });
  return use;
}

/** `wrong(CODE, …)` and its like: functions that hand their first parameter on to `refusal`, with one kind. */
function kindsOfHelpers(sources: readonly ts.SourceFile[]): ReadonlyMap<string, RefusalKind> {
  const kinds = new Map<string, RefusalKind>();
  for (const source of sources) {
    everyNode(source, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText(source) !== 'refusal') return;
      const [code] = node.arguments;
      const kind = kindIn(node.arguments);
      if (code === undefined || !ts.isIdentifier(code) || kind === undefined) return;
      const name = nameOfFunctionAround(node);
      if (name !== undefined) kinds.set(`${source.fileName} ${name}`, kind).set(name, kind);
    });
  }
  return kinds;
}

function nameOfFunctionAround(node: ts.Node): string | undefined {
  for (let around: ts.Node = node.parent; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isFunctionDeclaration(around)) return around.name?.text;
    if (ts.isMethodDeclaration(around) && ts.isIdentifier(around.name)) return around.name.text;
    if (ts.isVariableDeclaration(around) && ts.isIdentifier(around.name)) return around.name.text;
  }
  return undefined;
}

/** What the nearest `const` of that name around it is given. */
function valueOf(name: ts.Identifier): ts.Expression | undefined {
  for (let around: ts.Node | undefined = name.parent; around !== undefined; around = around.parent) {
    if (!ts.isBlock(around) && !ts.isSourceFile(around)) continue;
    for (const statement of around.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      const found = statement.declarationList.declarations.find(
        (one) => ts.isIdentifier(one.name) && one.name.text === name.text,
      );
      if (found !== undefined) return found.initializer;
    }
  }
  return undefined;
}

/** A text of the source as a person reads it; `undefined` if the expression is no text. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  }
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (ts.isIdentifier(node)) {
    const value = valueOf(node);
    return value && textOf(value);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`;
  }
  return undefined;
}

function saidBy(nodes: readonly ts.Node[]): readonly string[] {
  for (const node of nodes) {
    const expression = ts.isIdentifier(node) ? (valueOf(node) ?? node) : node;
    const said = ts.isConditionalExpression(expression)
      ? [textOf(expression.whenTrue), textOf(expression.whenFalse)]
      : [textOf(expression)];
    const sentences = said.filter((text) => text !== undefined).filter((text) => text.includes(' '));
    if (sentences.length > 0) return sentences;
  }
  return [];
}

interface Use {
  readonly kind: RefusalKind | undefined;
  readonly status?: number | undefined;
  readonly says: readonly string[];
}

function statusIn(nodes: readonly ts.Node[]): number | undefined {
  return nodes
    .filter(ts.isNumericLiteral)
    .map(({ text }) => Number(text))
    .find((number) => number >= 400 && number < 600);
}

function readUse(source: ts.SourceFile, use: ts.Node, helpers: ReadonlyMap<string, RefusalKind>): Use {
  if (ts.isCallExpression(use) || ts.isNewExpression(use)) {
    const given = use.arguments ?? [];
    const name = use.expression.getText(source);
    const kind = kindIn(given) ?? helpers.get(`${source.fileName} ${name}`) ?? helpers.get(name);
    const says = name === 'refuseShape' ? [SAYS_THE_SHAPE] : saidBy(given);
    return { kind, status: statusIn(given), says };
  }
  if (ts.isPropertyAssignment(use) && ts.isArrayLiteralExpression(use.initializer)) {
    const { elements } = use.initializer;
    return { kind: undefined, status: statusIn(elements), says: saidBy(elements) };
  }
  if (ts.isPropertyAssignment(use) && ts.isObjectLiteralExpression(use.parent)) {
    const values = use.parent.properties.filter(ts.isPropertyAssignment).map((one) => one.initializer);
    return { kind: kindIn(values), says: saidBy(values) };
  }
  return { kind: undefined, says: [] };
}

/** Every refusal that the product can answer with, by its code, read from its sources. */
export function refusalCatalogue(root: string): readonly CataloguedRefusal[] {
  const sources = sourcesOf(root);
  const helpers = kindsOfHelpers(sources);
  const found = new Map<string, { kinds: Set<RefusalKind>; statuses: Set<number>; says: Set<string> }>();
  for (const source of sources) {
    everyNode(source, (node) => {
      if (!ts.isStringLiteral(node) || !CODE.test(node.text)) return;
      const one = found.get(node.text) ?? { kinds: new Set(), statuses: new Set(), says: new Set() };
      const { kind, status = kind && STATUS_OF[kind], says } = readUse(source, useOf(source, node), helpers);
      if (kind !== undefined) one.kinds.add(kind);
      if (status !== undefined) one.statuses.add(status);
      for (const sentence of says) one.says.add(sentence.replaceAll(/\s+/g, ' '));
      found.set(node.text, one);
    });
  }
  return [...found]
    .map(([code, { kinds, statuses, says }]) => ({
      code,
      kinds: [...kinds].sort(),
      statuses: [...statuses].sort(),
      says: [...says],
    }))
    .sort((one, other) => (one.code < other.code ? -1 : 1));
}

/** The codes of a catalogue that no test of the checkout names. */
export function unnamedByTests(root: string, catalogue: readonly CataloguedRefusal[]): readonly string[] {
  const tests = globSync('{libs,apps,test}/**/*.ts', { cwd: root })
    .filter((path) => path.endsWith('.spec.ts') || path.startsWith('test/'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  const named = new Set(tests.match(/[A-Z][A-Z_]+\.[A-Z][A-Z0-9_]+/g));
  return catalogue.map(({ code }) => code).filter((code) => !named.has(code));
}
