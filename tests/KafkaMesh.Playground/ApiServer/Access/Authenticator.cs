using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KafkaMesh.Playground.ApiServer.Rest;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>
/// Finds out who asks: client certificate, static token, service account token or nobody; then impersonation headers.
/// </summary>
internal sealed class Authenticator(
    Func<X509Certificate2, bool> isTrusted, IReadOnlyDictionary<string, UserInfo> staticTokens, ServiceAccountTokens serviceAccounts, IAuthorizer authorizer) : IAuthenticator
{
    private const string CredentialId = "authentication.kubernetes.io/credential-id";

    /// <inheritdoc/>
    public ValueTask<UserInfo> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var user = Token(http) ?? Certificate(http) ?? UserInfo.Anonymous;
        return ValueTask.FromResult(new Impersonation(authorizer).Apply(user, http.Request.Headers));
    }

    /// <summary>Checks a bearer token as TokenReview does.</summary>
    public (UserInfo? User, IReadOnlyList<string> Audiences, string Error) Review(string token, IReadOnlyList<string> audiences)
    {
        if (StaticUser(token) is { } user)
        {
            return (user, audiences.Count == 0 ? [ServiceAccountTokens.Issuer] : audiences, "");
        }

        return serviceAccounts.Validate(token, audiences);
    }

    // A header that is no bearer token is not even looked at (raw-auth:44); a bad bearer token is refused.
    private UserInfo? Token(HttpContext http)
    {
        var parts = http.Request.Headers.Authorization.ToString().Split(' ', 2, StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !parts[0].Equals("Bearer", StringComparison.OrdinalIgnoreCase) || parts[1].Length == 0)
        {
            return null;
        }

        var (user, _, _) = Review(parts[1], []);
        return user is null ? throw ApiErrors.Unauthorized() : Authenticated(user);
    }

    private UserInfo? StaticUser(string token)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        UserInfo? found = null;
        foreach (var (known, user) in staticTokens)
        {
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(known))))
            {
                found = user;
            }
        }

        return found;
    }

    private UserInfo? Certificate(HttpContext http)
    {
        if (http.Connection.ClientCertificate is not { } certificate || !isTrusted(certificate))
        {
            return null;
        }

        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var groups = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.10")
            .Select(part => part.GetSingleElementValue() ?? "");
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        return Authenticated(new UserInfo(name, [.. groups])
        {
            Extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [CredentialId] = [$"X509SHA256={fingerprint}"] },
        });
    }

    private static UserInfo Authenticated(UserInfo user)
        => user.Groups.Contains("system:authenticated") ? user : user with { Groups = [.. user.Groups, "system:authenticated"] };
}
