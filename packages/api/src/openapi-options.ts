import { TAGS } from './procedure.ts'

/**
 * What the OpenAPI document says besides the operations. The generator itself (`@orpc/openapi`) pulls in a server,
 * so it is called where one is: `new OpenAPIGenerator(…).generate(contract, openApiOptions)`.
 */
export const openApiOptions = {
  info: {
    title: 'Wharden administration API',
    version: '1',
    description:
      'Everything the console and the command line do. Sign in with `POST /api/v1/sessions` and send the secret, or a token, as `Authorization: Bearer`.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  security: [{ bearer: [] as string[] }],
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'a session secret, or a token of any kind' },
    },
  },
} as const
