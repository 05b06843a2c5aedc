using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Writes a user as authentication.k8s.io/v1 UserInfo, as reviews and AdmissionReviews carry it.</summary>
internal static class UserJson
{
    /// <summary>The user; empty parts are left out.</summary>
    public static JsonObject Write(UserInfo user)
    {
        var json = new JsonObject { ["username"] = user.Name };
        if (!string.IsNullOrEmpty(user.Uid))
        {
            json["uid"] = user.Uid;
        }

        if (user.Groups.Count > 0)
        {
            json["groups"] = List(user.Groups);
        }

        if (user.Extra.Count > 0)
        {
            var extra = new JsonObject();
            foreach (var (key, values) in user.Extra.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                extra[key] = List(values);
            }

            json["extra"] = extra;
        }

        return json;
    }

    private static JsonArray List(IReadOnlyList<string> values) => [.. values.Select(v => (JsonNode)v)];
}
