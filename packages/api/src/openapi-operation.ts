import type { OpenAPI } from '@orpc/contract'
import { API_ERRORS } from './errors.ts'
import type { Access } from './access.ts'
import { COMMAND_LINES } from './command-lines.ts'

const ERROR_STATUSES = [...new Set(Object.values(API_ERRORS).map((row) => row.status))].sort((a, b) => a - b)

/** By media type: what is in it. */
export type Answers = Readonly<Record<string, string>>

/** Finishes an operation of the OpenAPI document: who may call it, shared error answers, no body where none is sent. */
export function openApiOperation(
  access: Access,
  operation: OpenAPI.OperationObject,
  answers?: Answers,
): OpenAPI.OperationObject {
  const successes = Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) < 400)
  const { description } = operation
  return {
    ...operation,
    description: [description, accessSentence(access)]
      .filter((sentence) => sentence !== undefined)
      .join('\n\n'),
    ...(access.type === 'public' ? { security: [] } : {}),
    ...commandLine(operation.operationId ?? ''),
    responses: {
      ...Object.fromEntries(
        successes.map(([status, response]) => [
          status,
          answers !== undefined ? streamed(answers) : status === '204' ? NO_BODY : response,
        ]),
      ),
      ...Object.fromEntries(
        ERROR_STATUSES.map((status) => [status, { $ref: `#/components/responses/${status}` }]),
      ),
    },
  }
}

/** Where many readers of OpenAPI look for examples. */
function commandLine(id: string): object {
  const source = COMMAND_LINES[id]
  return source === undefined ? {} : { 'x-codeSamples': [{ lang: 'Shell', label: 'command line', source }] }
}

const NO_BODY: OpenAPI.ResponseObject = { description: 'done; no body' }

function streamed(answers: Answers): OpenAPI.ResponseObject {
  const content = Object.entries(answers).map(([type, description]) => [
    type,
    { schema: { type: 'string', description } satisfies OpenAPI.SchemaObject },
  ])
  return { description: 'OK', content: Object.fromEntries(content) }
}

function accessSentence(access: Access): string {
  switch (access.type) {
    case 'public':
      return 'Needs no credential.'
    case 'signed-in':
      return 'Needs any credential.'
    case 'action':
      return `Needs \`${access.action}\` on the ${access.on === 'token' ? "token's organization" : access.on}.`
  }
}
