/** The settings of where bytes are kept, as far as they depend on one another. */
type BlobSettings = {
  readonly s3Bucket: string | undefined
  readonly s3Endpoint: URL | undefined
  readonly s3KeyId: string | undefined
  readonly s3Secret: object | undefined
  readonly redirectFromBytes: number | undefined
}

/** What is wrong between settings that are right by themselves. @param directoryGiven whether WHARDEN_BLOBS is set */
export function blobProblems(config: BlobSettings, directoryGiven: boolean): readonly string[] {
  const problems: string[] = []
  if (config.s3Bucket === undefined) {
    if (config.s3Endpoint !== undefined || config.s3KeyId !== undefined || config.s3Secret !== undefined)
      problems.push(
        'there are WHARDEN_S3_ settings and no WHARDEN_S3_BUCKET: name the bucket, or remove them',
      )
    if (config.redirectFromBytes !== undefined)
      problems.push(
        'WHARDEN_REDIRECT_FROM_BYTES needs a bucket that clients can be sent to: WHARDEN_S3_BUCKET',
      )
  } else if (directoryGiven) {
    problems.push('WHARDEN_BLOBS and WHARDEN_S3_BUCKET are two places for the same bytes: give one')
  }
  if ((config.s3KeyId === undefined) !== (config.s3Secret === undefined))
    problems.push(
      'WHARDEN_S3_ACCESS_KEY_ID and WHARDEN_S3_SECRET_ACCESS_KEY belong together: give both or neither',
    )
  return problems
}
