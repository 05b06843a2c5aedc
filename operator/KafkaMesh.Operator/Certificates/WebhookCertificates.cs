using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Kubernetes.Entities;
using KafkaMesh.Operator.Hosting;
using KafkaMesh.Operator.Metrics;
using Serilog;

namespace KafkaMesh.Operator.Certificates;

/// <summary>
/// Gives each replica a serving certificate in memory, from an authority that all share in a Secret. A new authority is
/// published in the webhook registration first; replicas serve with it only a while after they have seen it there.
/// </summary>
internal sealed class WebhookCertificates(
    IKubernetesClient client, string ownNamespace, string service, OperatorMetrics metrics, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PublishDelay = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<string> _names =
        [$"{service}.{ownNamespace}.svc", $"{service}.{ownNamespace}.svc.cluster.local", $"{service}.{ownNamespace}", service];

    private readonly OutageLog _outage = new(log, "webhook certificates");
    private volatile X509Certificate2? _leaf;
    private volatile AuthorityBundle? _authorities;
    private string? _signer;
    private long? _trustedAt;

    /// <summary>The certificate to serve with; null until the authority is known.</summary>
    public X509Certificate2? Leaf => _leaf;

    /// <summary>The certificates that the API server shall trust, in PEM; null until known.</summary>
    public string? CaBundle => _authorities?.Pem;

    /// <summary>Called when <see cref="CaBundle"/> is another than before.</summary>
    public Action BundleChanged { get; set; } = () => { };

    /// <summary>Signs what lets a caller see a sidecar's connections; null until known. All replicas have the same key.</summary>
    public AccessTokenSigner? Access => _authorities?.Access;

    /// <summary>Keeps authority and certificate fresh until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var refreshed = await TryRefreshAsync(cancellationToken);
                await Task.Delay(refreshed ? Interval : RetryInterval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Debug("certificate renewal stops");
        }
    }

    /// <summary>One round: read or make the authority, renew it and the certificate when due.</summary>
    /// <exception cref="ApiException">The API server refused.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var authorities = await EnsureAuthoritiesAsync(now, cancellationToken);
        var isNew = authorities.Pem != CaBundle;
        _authorities = authorities;
        if (isNew)
            BundleChanged();
        var signer = await ChooseSignerAsync(authorities, now, cancellationToken);
        metrics.SetCertificateExpiry("ca", authorities.Current.NotAfter);
        if (_leaf is { } leaf && _signer == signer.Fingerprint && now < EndOf(leaf) - (CertificateAuthority.LeafLifetime / 3))
            return;

        // The old certificate is not disposed: handshakes may be using it. The collector takes it.
        var issued = signer.Issue(_names, now);
        _leaf = issued;
        _signer = signer.Fingerprint;
        metrics.SetCertificateExpiry("serving", EndOf(issued));
        log.Information("serving certificate issued, valid until {End:u}", EndOf(issued));
    }

    private static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            _outage.Worked();
            return true;
        }
        catch (ApiException error) when (error.IsConflict || error.IsAlreadyExists)
        {
            log.Debug("another replica was faster with the authority: {Error}", error.Message);
            return false;
        }
        catch (Exception error) when (error is ApiException or TimeoutException)
        {
            _outage.Failed(error.Message);
            return false;
        }
    }

    private async Task<AuthorityBundle> EnsureAuthoritiesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var secret = await client.GetAsync(BuiltInEntities.Secrets, WellKnownNames.WebhookCaSecretName, ownNamespace, cancellationToken);
        var stored = AuthorityBundle.FromSecretData(secret?["data"] as JsonObject);
        if (stored is { Access: not null } && now < stored.Current.RenewAt)
            return stored;

        // Who deletes the Secret wants a new authority, not failing admissions: what this replica holds becomes the predecessor.
        var next = Next(stored ?? _authorities?.Rotate(now), now);
        var body = Secret(next);
        if (secret is null)
        {
            await client.CreateAsync(BuiltInEntities.Secrets, body, cancellationToken: cancellationToken);
        }
        else
        {
            // Only if nobody changed it since: two replicas must not rotate twice.
            body["metadata"]!["resourceVersion"] = EntityType.RawMetadata(secret).ResourceVersion;
            await client.UpdateAsync(BuiltInEntities.Secrets, body, cancellationToken: cancellationToken);
        }
        if (next.Current != stored?.Current)
            log.Information("new webhook authority, valid until {End:u}", next.Current.NotAfter);
        if (stored?.Access is null)
            log.Information("new key for access tokens; sidecars that were injected with another one answer loopback callers only");
        return next;
    }

    private static AuthorityBundle Next(AuthorityBundle? stored, DateTimeOffset now)
    {
        var authorities = stored is null ? new AuthorityBundle(CertificateAuthority.Create(now), Previous: null)
            : now < stored.Current.RenewAt ? stored
            : stored.Rotate(now);
        return authorities.Access is null ? authorities with { Access = AccessTokenSigner.Create() } : authorities;
    }

    private JsonObject Secret(AuthorityBundle authorities) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = WellKnownNames.WebhookCaSecretName,
            ["namespace"] = ownNamespace,
            ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = WellKnownNames.OperatorName },
        },
        ["type"] = "Opaque",
        ["data"] = authorities.ToSecretData(),
    };

    private async Task<CertificateAuthority> ChooseSignerAsync(AuthorityBundle authorities, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (authorities.Previous is null || authorities.Previous.NotAfter <= now || _signer == authorities.Current.Fingerprint)
            return authorities.Current;
        var registration = await client.GetAsync(
            BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, namespaceName: null, cancellationToken);
        var entries = (registration?["webhooks"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        _trustedAt = entries.TrueForAll(e => Trusts(e, authorities.Current)) ? _trustedAt ?? time.GetTimestamp() : null;

        // Every API server takes a moment until it goes by what is stored. Who serves nothing yet has nothing to lose.
        return _trustedAt is { } since && (_leaf is null || time.GetElapsedTime(since) >= PublishDelay) ? authorities.Current : authorities.Previous;
    }

    private static bool Trusts(JsonObject entry, CertificateAuthority authority)
    {
        var text = (entry["clientConfig"] as JsonObject)?["caBundle"]?.GetValue<string>() ?? "";
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Contains(authority.CertificatePem.Trim(), StringComparison.Ordinal);
    }
}
