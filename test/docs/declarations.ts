import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './pages.js'

/** The exported declarations of a file, as TypeScript parses them. */
function statementsOf(file: string): readonly ts.Statement[] {
  const text = readFileSync(join(root, file), 'utf8')
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements.slice()
}

/** The members that an exported interface declares itself. */
export function membersOf(file: string, name: RegExp): string[] {
  const found = statementsOf(file).find(
    (node): node is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(node) && name.test(node.name.text),
  )
  if (found === undefined) throw new Error(`No interface ${String(name)} in ${file}`)
  // A member that must be absent (`headers?: never`) is none that a reader could set.
  return found.members
    .filter((member) => !/\?: never\b/.test(member.getText()))
    .map((member) => member.name!.getText())
}

/** The strings of an exported union. */
export function stringsOf(file: string, name: RegExp): string[] {
  const found = statementsOf(file).find(
    (node): node is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(node) && name.test(node.name.text),
  )
  if (found === undefined) throw new Error(`No type ${String(name)} in ${file}`)
  return [...found.type.getText().matchAll(/'(\w+)'/g)].map(([, text]) => text!)
}
