using System.Net.Security;
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
/// Gives each replica a serving certificate: one in memory from an authority that all share in a Secret, or one that
/// somebody else keeps in a mounted directory. A new authority is published in the webhook registration first; replicas
/// serve with it only a while after they have seen it there.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="ownNamespace">Where the Secret is.</param>
/// <param name="service">Service by whose names API servers call.</param>
/// <param name="directory">Holds tls.crt, tls.key and ca.crt; null: certificates are issued here.</param>
/// <param name="metrics">Learns when certificates end.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class WebhookCertificates(
    IKubernetesClient client, string ownNamespace, string service, string? directory, OperatorMetrics metrics, TimeProvider time, ILogger log)
{
    /// <summary>So long a new replica waits for the registration to hold its authority. Where nobody can register, it is ready for the rest of its work.</summary>
    public static readonly TimeSpan TrustPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PublishDelay = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<string> _names =
        [$"{service}.{ownNamespace}.svc", $"{service}.{ownNamespace}.svc.cluster.local", $"{service}.{ownNamespace}", service];

    private readonly OutageLog _outage = new(log, "webhook certificates");
    private volatile SslStreamCertificateContext? _serving;
    private volatile AuthorityBundle? _authorities;
    private volatile string? _bundle;
    private volatile string? _signer; // PEM of the authority behind what is served
    private string? _mounted; // PEM of the authority that is mounted
    private long? _trustedAt;
    private long _servingSince; // 0: not yet
    private volatile bool _wasTrusted;

    /// <summary>What to serve with: the certificate and its chain; null until there is one.</summary>
    public SslStreamCertificateContext? Serving => _serving;

    /// <summary>The certificates that the API server shall trust, in PEM; null until known.</summary>
    public string? CaBundle => _bundle;

    /// <summary>Why the last round failed; null when it did not.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether API servers that call this replica now would not believe it, and the registration may still come to hold its authority.</summary>
    public bool AwaitsTrust => !_wasTrusted && (Volatile.Read(ref _servingSince) is var since && (since == 0 || time.GetElapsedTime(since) < TrustPatience));

    /// <summary>Whether an entry of the registration trusts what this replica serves with.</summary>
    public bool IsTrustedBy(JsonObject entry) => _signer is { } authorityPem && Trusts(entry, authorityPem);

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
                await Task.Delay(refreshed && !AwaitsTrust ? Interval : RetryInterval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Debug("certificate renewal stops");
        }
    }

    /// <summary>One round: read or make the authority, renew it and the certificate when due.</summary>
    /// <exception cref="ApiException">The API server refused.</exception>
    /// <exception cref="CertificateFileException">The mounted files cannot be served with.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (directory is not null)
            await ServeMountedAsync(MountedCertificate.Read(directory, _names[0]), now, cancellationToken);

        // With a mounted certificate too: the Secret also holds the key of access tokens, and an authority to go back to.
        var authorities = await EnsureAuthoritiesAsync(now, cancellationToken);
        _authorities = authorities;
        if (directory is null)
            await ServeIssuedAsync(authorities, now, cancellationToken);
        if (AwaitsTrust)
            _wasTrusted = (await EntriesAsync(cancellationToken)).All(IsTrustedBy);
    }

    private async Task ServeIssuedAsync(AuthorityBundle authorities, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Publish(authorities.Pem);
        var signer = await ChooseSignerAsync(authorities, now, cancellationToken);
        metrics.SetCertificateExpiry("ca", authorities.Current.NotAfter);
        if (_serving is { } serving && _signer == signer.CertificatePem && now < EndOf(serving) - (CertificateAuthority.LeafLifetime / 3))
            return;
        _signer = signer.CertificatePem;
        Serve(SslStreamCertificateContext.Create(signer.Issue(_names, now), additionalCertificates: null, offline: true));
    }

    private async Task ServeMountedAsync(MountedCertificate mounted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What is served goes on being trusted, here and by replicas whose kubelet is slower, until all have the new one.
        if (mounted.AuthorityPem != _mounted)
            Publish(mounted.AuthorityPem + _signer);
        _mounted = mounted.AuthorityPem;
        metrics.SetCertificateExpiry("ca", mounted.AuthorityEnd);
        if (_serving is { } serving)
        {
            if (serving.TargetCertificate.RawDataMemory.Span.SequenceEqual(mounted.Certificate.RawDataMemory.Span))
                return;
            if (_signer != mounted.AuthorityPem && now < EndOf(serving) && !await IsTrustedAsync(mounted.AuthorityPem, cancellationToken))
                return;
        }
        _signer = mounted.AuthorityPem;
        Serve(mounted.ToContext());
    }

    private void Publish(string bundle)
    {
        if (bundle == _bundle)
            return;
        _bundle = bundle;
        BundleChanged();
    }

    // What was served before is not disposed: handshakes may be using it. The collector takes it.
    private void Serve(SslStreamCertificateContext certificate)
    {
        _serving = certificate;
        if (_servingSince == 0)
            Volatile.Write(ref _servingSince, time.GetTimestamp());
        _trustedAt = null; // The next authority has to be seen anew.
        metrics.SetCertificateExpiry("serving", EndOf(certificate));
        log.Information("new serving certificate, valid until {End:u}", EndOf(certificate));
    }

    private static DateTimeOffset EndOf(SslStreamCertificateContext certificate) => new(certificate.TargetCertificate.NotAfter.ToUniversalTime());

    private async Task<bool> TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            _outage.Worked();
            LastError = null;
            return true;
        }
        catch (ApiException error) when (error.IsConflict || error.IsAlreadyExists)
        {
            log.Debug("another replica was faster with the authority: {Error}", error.Message);
            return false;
        }
        catch (Exception error) when (error is ApiException or TimeoutException or CertificateFileException)
        {
            LastError = error.Message;
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
        if (authorities.Previous is null || authorities.Previous.NotAfter <= now || _signer == authorities.Current.CertificatePem)
            return authorities.Current;
        return await IsTrustedAsync(authorities.Current.CertificatePem, cancellationToken) ? authorities.Current : authorities.Previous;
    }

    // Every API server takes a moment until it goes by what is stored. Who serves nothing yet has nothing to lose.
    private async Task<bool> IsTrustedAsync(string authorityPem, CancellationToken cancellationToken)
    {
        _trustedAt = (await EntriesAsync(cancellationToken)).All(e => Trusts(e, authorityPem)) ? _trustedAt ?? time.GetTimestamp() : null;
        return _trustedAt is { } since && (_serving is null || time.GetElapsedTime(since) >= PublishDelay);
    }

    private async Task<IEnumerable<JsonObject>> EntriesAsync(CancellationToken cancellationToken)
    {
        var registration = await client.GetAsync(
            BuiltInEntities.MutatingWebhookConfigurations, WellKnownNames.WebhookConfigurationName, namespaceName: null, cancellationToken);
        return (registration?["webhooks"] as JsonArray ?? []).OfType<JsonObject>();
    }

    private static bool Trusts(JsonObject entry, string authorityPem)
    {
        var text = (entry["clientConfig"] as JsonObject)?["caBundle"]?.GetValue<string>() ?? "";
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length)
            && Encoding.UTF8.GetString(buffer, 0, length).Contains(authorityPem.Trim(), StringComparison.Ordinal);
    }
}
