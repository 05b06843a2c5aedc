using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Impersonate-User, -Group, -Uid and -Extra-… headers; the asking user needs the verb impersonate for each.</summary>
internal sealed class Impersonation(IAuthorizer authorizer)
{
    private const string ExtraPrefix = "Impersonate-Extra-";

    /// <summary>The impersonated user, or <paramref name="user"/> when no header asks for another.</summary>
    /// <exception cref="ApiException">403 when the user may not, 400 when a group comes without a user.</exception>
    public UserInfo Apply(UserInfo user, IHeaderDictionary headers)
    {
        var name = headers["Impersonate-User"].ToString();
        var groups = headers["Impersonate-Group"].Where(g => !string.IsNullOrEmpty(g)).Select(g => g!).ToList();
        var extra = headers.Where(h => h.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(h => h.Key[ExtraPrefix.Length..].ToLowerInvariant(), h => (IReadOnlyList<string>)[.. h.Value.Select(v => v ?? "")], StringComparer.Ordinal);
        if (name.Length == 0)
        {
            return groups.Count == 0 && extra.Count == 0 ? user : throw ApiErrors.Internal("requested impersonation without impersonating a user");
        }

        var account = ServiceAccount(name);
        if (account is { } parts)
        {
            Require(user, "serviceaccounts", parts.Name, parts.Namespace);
        }
        else
        {
            Require(user, "users", name, "");
        }

        foreach (var group in groups)
        {
            Require(user, "groups", group, "");
        }

        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                Require(user, "userextras", value, "", key, "authentication.k8s.io");
            }
        }

        return new UserInfo(name, Groups(name, groups, account)) { Uid = Uid(headers), Extra = extra };
    }

    private static List<string> Groups(string name, List<string> groups, (string Namespace, string Name)? account)
    {
        if (groups.Count == 0 && account is { } parts)
        {
            groups = ["system:serviceaccounts", $"system:serviceaccounts:{parts.Namespace}"];
        }

        var last = name == UserInfo.Anonymous.Name ? "system:unauthenticated" : "system:authenticated";
        return groups.Contains(last) ? groups : [.. groups, last];
    }

    private static string? Uid(IHeaderDictionary headers) => headers["Impersonate-Uid"].ToString() is { Length: > 0 } uid ? uid : null;

    private static (string Namespace, string Name)? ServiceAccount(string user)
    {
        var parts = user.Split(':');
        return parts is ["system", "serviceaccount", { Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;
    }

    private void Require(UserInfo user, string resource, string name, string @namespace, string subresource = "", string group = "")
    {
        var request = new RequestAttributes
        {
            User = user,
            Verb = "impersonate",
            Path = "",
            IsResourceRequest = true,
            Group = group,
            Resource = resource,
            Subresource = subresource,
            Name = name,
            Namespace = @namespace,
        };
        if (authorizer.Authorize(request) is { Allowed: false, Reason: var reason })
        {
            throw ForbiddenText.For(request, reason);
        }
    }
}
