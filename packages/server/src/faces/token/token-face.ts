/**
 * The token service (Docker Registry v2 token authentication, GET; its OAuth2 form, POST). It never refuses for policy or
 * for too much asked, because podman and skopeo would lose the text: 401 only for a bad credential, and 403 for docker's
 * login that is over.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatScope } from '@wharden/oci'
import type { Context } from '../../context.ts'
import { parseTokenRequest } from '../../http/parse-token-request.ts'
import { refuseToken, sendToken } from '../../http/token-answer.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { issueToken, type IssuedToken } from '../../operations/issue-token.ts'

export function tokenFace(house: House) {
  return (request: IncomingMessage, response: ServerResponse, context: Context): void =>
    void answer(request, response, context).catch((cause: unknown) =>
      refuseToken(response, toAppError(cause, context)),
    )

  async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
    const asked = await parseTokenRequest(request)
    try {
      const issued = await issueToken(house, context, asked)
      const body = asked.wantsGranted ? oauthBody(issued) : { token: issued.accessToken, ...bodyOf(issued) }
      sendToken(response, 200, body)
    } catch (cause) {
      refuseToken(response, toAppError(cause, context), asked.promptsOn401)
    }
  }
}

function oauthBody(issued: IssuedToken) {
  return { ...bodyOf(issued), scope: issued.scopes.map(formatScope).join(' '), token_type: 'Bearer' }
}

function bodyOf({ accessToken, refreshToken, expiresIn, issuedAt }: IssuedToken) {
  return {
    access_token: accessToken,
    expires_in: expiresIn,
    issued_at: new Date(issuedAt).toISOString(),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  }
}
