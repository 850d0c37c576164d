/** The faces for administrators, with the libraries that only they need: a fifth of a second and 30 MB, spared until one comes. */
import type { FastifyInstance } from 'fastify'
import { adminFace } from './faces/admin/admin-face.ts'
import { setupFace } from './faces/admin/setup-face.ts'
import type { Admission } from './http/admission.ts'
import { createHttp } from './http/create-http.ts'
import type { House } from './operations/house.ts'

export async function openAdministration(house: House, admission: Admission): Promise<FastifyInstance> {
  const http = createHttp(admission)
  for (const face of [adminFace, setupFace]) await http.register(face(house))
  await http.ready()
  return http
}
