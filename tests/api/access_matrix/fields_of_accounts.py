"""Fields of a citizen's account: who is signed in where, what is theirs, what they are told."""

from __future__ import annotations

from collections.abc import Mapping

from tests.api.access_matrix.classes import Class, rows

ACCOUNTS: Mapping[str, Class] = {
    **rows(Class.OWN, "Viewer", "subject cases"),
    **rows(Class.ACCOUNT, "Viewer", "phone sessions devices notificationPreferences"),
    **rows(Class.ACCOUNT, "Query", "changedCases exportMyData"),
    **rows(Class.ACCOUNT, "ChangedCases", "pageInfo edges since"),
    **rows(Class.ACCOUNT, "DataExport", "data"),
    **rows(Class.ACCOUNT, "Session", "id deviceName signedInAt usedAt expiresAt current"),
    **rows(Class.ACCOUNT, "Device", "id platform registeredAt"),
    **rows(Class.ACCOUNT, "NotificationPreferences", "push smsCopy"),
    **rows(Class.ANSWER, "RequestSignInCodePayload", "expiresAt resendAt errors"),
    **rows(
        Class.ANSWER,
        "SessionPayload",
        "accessToken accessExpiresAt refreshToken session errors",
    ),
    **rows(Class.ANSWER, "SignOutPayload", "ended errors"),
    **rows(Class.ANSWER, "DevicePayload", "device errors"),
    **rows(Class.ANSWER, "NotificationPreferencesPayload", "preferences errors"),
    **rows(Class.ANSWER, "EraseMyAccountPayload", "letters errors"),
}
"""By the names of type and field."""
