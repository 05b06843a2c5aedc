using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Authentication by client certificate alone (user = CN, groups = O), as the certificate mode of Kubernetes; Kestrel has verified the chain.</summary>
internal sealed class CertificateAuthenticator : IAuthenticator
{
    private const string OrganizationOid = "2.5.4.10";

    /// <inheritdoc/>
    public async ValueTask<UserInfo> AuthenticateAsync(HttpContext http, CancellationToken cancel)
    {
        var certificate = await http.Connection.GetClientCertificateAsync(cancel);
        if (certificate is null)
        {
            return UserInfo.Anonymous;
        }

        var groups = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => part.GetSingleElementType().Value == OrganizationOid)
            .Select(part => part.GetSingleElementValue() ?? "");
        return new UserInfo(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), [.. groups, "system:authenticated"]);
    }
}
