"""The only place that knows what the API looks like on the wire: psmId, daysInfo, camelCase, "Z" strings.

Reading is tolerant: unknown words survive as themselves, nulls and missing fields become what stands for nothing,
one bad row never breaks a listing. Writing is strict: milliseconds and Z, true/false, the exact names.
"""
