// The verbs of S3 that we use, and nothing else of it: only this file and `client.ts` know the SDK. All throw the port's errors.

import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { BlobRange } from '../port.ts'
import { PATIENCE } from './client.ts'
import { failureOf, isUnsupported, toPortError } from './s3-error.ts'

export type StoredObject = { readonly name: string; readonly size: number; readonly touchedAt: number }

/** A part of a multipart upload, as completing it wants to hear of it. */
export type Part = { readonly number: number; readonly size: number; readonly etag: string }

export type Multipart = { readonly name: string; readonly id: string }

/** Bytes on their way: not more than were asked for, unless the store is mistaken. */
export type Download = { readonly body: Readable; readonly length: number }

export type Bucket = {
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Undefined where there is no such object, or not that many bytes in it. The range isn't empty. */
  get(name: string, range: BlobRange): Promise<Download | undefined>
  find(name: string): Promise<StoredObject | undefined>
  list(prefix: string): AsyncIterable<readonly StoredObject[]>
  /** Removing what isn't there is no error. */
  remove(name: string): Promise<void>
  begin(name: string): Promise<Multipart>
  putPart(upload: Multipart, number: number, bytes: Uint8Array): Promise<Part>
  /** Copies inside the store. Undefined where it can't do that. */
  copyPart(upload: Multipart, number: number, source: string, range: BlobRange): Promise<Part | undefined>
  /**
   * Makes an object of exactly these parts; a part that has other bytes by now fails it.
   * @returns false when the upload is not there: completed already, or aborted
   */
  complete(upload: Multipart, parts: readonly Part[]): Promise<boolean>
  abort(upload: Multipart): Promise<void>
  /** Uploads that were begun and not completed; none where the store can't tell. */
  uploads(prefix: string): AsyncIterable<readonly (Multipart & { readonly begunAt: number })[]>
}

/** Milliseconds for what the store has to move bytes for before it answers. */
const LONG = { requestTimeout: 120_000 }
/** A part that moves slower than this, in bytes per second, is tried again. */
const SLOWEST = 256 * 1024

export function createBucket(client: S3Client, bucket: string): Bucket {
  const Bucket = bucket
  const of = ({ name, id }: Multipart) => ({ Bucket, Key: name, UploadId: id })

  /** What an act gives, or undefined where the failure has one of these codes. */
  async function unless<Value>(act: Promise<Value>, ...codes: readonly string[]): Promise<Value | undefined> {
    try {
      return await act
    } catch (cause) {
      if (codes.includes(failureOf(cause).code)) return undefined
      throw toPortError(cause, bucket)
    }
  }

  /** What an act gives, or undefined where the store can't do it. */
  async function ifSupported<Value>(act: Promise<Value>): Promise<Value | undefined> {
    try {
      return await act
    } catch (cause) {
      if (isUnsupported(failureOf(cause))) return undefined
      throw toPortError(cause, bucket)
    }
  }

  const sure = async <Value>(act: Promise<Value>): Promise<Value> => {
    try {
      return await act
    } catch (cause) {
      throw toPortError(cause, bucket)
    }
  }

  return {
    async put(name, bytes) {
      await sure(
        client.send(new PutObjectCommand({ Bucket, Key: name, Body: bytes }), patienceFor(bytes.byteLength)),
      )
    },

    async get(name, range) {
      const Range = `bytes=${range.start}-${range.end - 1}`
      const command = new GetObjectCommand({ Bucket, Key: name, Range })
      const answer = await unless(client.send(command), 'NoSuchKey', 'InvalidRange')
      if (answer === undefined) return undefined
      const { Body: body, ContentLength = 0 } = answer
      if (!(body instanceof Readable)) throw new Error('the SDK answers with something other than a stream')
      const length = range.end - range.start
      if (ContentLength >= length) return { body, length }
      body.destroy()
      return undefined
    },

    async find(name) {
      const command = new HeadObjectCommand({ Bucket, Key: name })
      const head = await unless(client.send(command), 'NotFound', 'NoSuchKey')
      if (head !== undefined)
        return { name, size: head.ContentLength ?? 0, touchedAt: head.LastModified?.getTime() ?? 0 }
      // A HEAD's 404 has no body to say what is missing. A bucket that is gone must not look like a blob that is.
      try {
        await client.send(new HeadBucketCommand({ Bucket }))
      } catch (cause) {
        const missing = failureOf(cause).status === 404
        throw toPortError(missing ? Object.assign(new Error(), { name: 'NoSuchBucket' }) : cause, bucket)
      }
      return undefined
    },

    async *list(prefix) {
      for (let token: string | undefined, more = true; more;) {
        const command = new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: token })
        const page = await sure(client.send(command, LONG))
        yield (page.Contents ?? []).flatMap(({ Key, Size, LastModified }) =>
          Key === undefined ? [] : [{ name: Key, size: Size ?? 0, touchedAt: LastModified?.getTime() ?? 0 }],
        )
        token = page.NextContinuationToken
        more = page.IsTruncated === true && token !== undefined
      }
    },

    async remove(name) {
      await unless(client.send(new DeleteObjectCommand({ Bucket, Key: name })), 'NoSuchKey')
    },

    async begin(name) {
      const { UploadId } = await sure(client.send(new CreateMultipartUploadCommand({ Bucket, Key: name })))
      if (UploadId === undefined) throw new Error('the store began an upload and gave it no id')
      return { name, id: UploadId }
    },

    async putPart(upload, number, bytes) {
      const command = new UploadPartCommand({ ...of(upload), PartNumber: number, Body: bytes })
      const { ETag } = await sure(client.send(command, patienceFor(bytes.byteLength)))
      return { number, size: bytes.byteLength, etag: etagOf(ETag) }
    },

    async copyPart(upload, number, source, { start, end }) {
      const command = new UploadPartCopyCommand({
        ...of(upload),
        PartNumber: number,
        CopySource: `${bucket}/${source.split('/').map(encodeURIComponent).join('/')}`,
        CopySourceRange: `bytes=${start}-${end - 1}`,
      })
      const copied = await ifSupported(client.send(command, LONG))
      if (copied === undefined) return undefined
      return { number, size: end - start, etag: etagOf(copied.CopyPartResult?.ETag) }
    },

    async complete(upload, parts) {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
      const command = new CompleteMultipartUploadCommand({ ...of(upload), MultipartUpload: { Parts } })
      return (await unless(client.send(command, LONG), 'NoSuchUpload')) !== undefined
    },

    async abort(upload) {
      try {
        await client.send(new AbortMultipartUploadCommand(of(upload)))
      } catch (cause) {
        const failure = failureOf(cause)
        if (failure.code !== 'NoSuchUpload' && !isUnsupported(failure)) throw toPortError(cause, bucket)
      }
    },

    async *uploads(prefix) {
      for (let after: { KeyMarker?: string; UploadIdMarker?: string } = {}, more = true; more;) {
        const command = new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...after })
        const page = await ifSupported(client.send(command, LONG))
        yield (page?.Uploads ?? []).flatMap(({ Key, UploadId, Initiated }) =>
          Key === undefined || UploadId === undefined
            ? []
            : [{ name: Key, id: UploadId, begunAt: Initiated?.getTime() ?? 0 }],
        )
        const { NextKeyMarker, NextUploadIdMarker } = page ?? {}
        more = page?.IsTruncated === true && NextKeyMarker !== undefined
        after = {
          ...(NextKeyMarker !== undefined && { KeyMarker: NextKeyMarker }),
          ...(NextUploadIdMarker !== undefined && { UploadIdMarker: NextUploadIdMarker }),
        }
      }
    },
  }
}

function patienceFor(bytes: number): { readonly requestTimeout: number } {
  return { requestTimeout: PATIENCE.answer + Math.ceil((bytes / SLOWEST) * 1_000) }
}

function etagOf(etag: string | undefined): string {
  if (etag === undefined) throw new Error('the store took a part and gave it no ETag')
  return etag
}
