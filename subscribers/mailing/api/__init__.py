"""Mail through a provider's HTTP API.

`calls` is the way in. A mailing is written once per revision: `syntax` puts its placeholders in the
provider's words and keeps everything else out of its template language, `prototype` lets
django-anymail write the request for one reader who is nobody, `pieces` cuts it where readers
differ. `wire` makes the call. Each provider has a file with what differs, named in `registry`.
"""
