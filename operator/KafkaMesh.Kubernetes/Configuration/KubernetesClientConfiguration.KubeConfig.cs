using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;

namespace KafkaMesh.Kubernetes.Configuration;

/// <content>Configuration from kubeconfig, as kubectl reads it.</content>
public sealed partial class KubernetesClientConfiguration
{
    /// <summary>Configuration from kubeconfig files.</summary>
    /// <param name="kubeConfigPath">A file, or a list of files separated as in PATH; null: KUBECONFIG, else <c>~/.kube/config</c>.</param>
    /// <param name="currentContext">Context; null: the current one of the files.</param>
    /// <param name="timeProvider">Clock for reloading files and renewing credentials.</param>
    /// <exception cref="KubeConfigException">A file, context, cluster, user, certificate or key is missing or wrong.</exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(
        string? kubeConfigPath = null, string? currentContext = null, TimeProvider? timeProvider = null)
    {
        var clock = timeProvider ?? TimeProvider.System;
        var files = KubeConfigFiles(kubeConfigPath);
        var config = KubeConfig.Load(files);
        var where = string.Join(", ", files);

        var contextName = currentContext ?? config.CurrentContext
            ?? throw new KubeConfigException($"No context is current in {where}: name one with --context or run 'kubectl config use-context'.");
        var context = config.Contexts.GetValueOrDefault(contextName)
            ?? throw new KubeConfigException($"There is no context '{contextName}' in {where}: there are {Names(config.Contexts.Keys)}.");
        var cluster = config.Clusters.GetValueOrDefault(context.Cluster)
            ?? throw new KubeConfigException($"Context '{contextName}' names the cluster '{context.Cluster}', which is not in {where}.");
        var user = context.User.Length == 0
            ? new KubeConfigUser()
            : config.Users.GetValueOrDefault(context.User)
                ?? throw new KubeConfigException($"Context '{contextName}' names the user '{context.User}', which is not in {where}.");

        return new KubernetesClientConfiguration
        {
            Host = ServerOf(cluster, context.Cluster, where),
            Namespace = context.Namespace ?? "default",
            Trust = TrustOf(cluster, clock),
            SkipTlsVerify = cluster.InsecureSkipTlsVerify,
            TlsServerName = cluster.TlsServerName,
            Proxy = ProxyOf(cluster, context.Cluster),
            Credentials = CredentialsOf(user, context.User, cluster, clock),
        };
    }

    private static IReadOnlyList<string> KubeConfigFiles(string? kubeConfigPath)
    {
        var list = kubeConfigPath ?? Environment.GetEnvironmentVariable("KUBECONFIG");
        if (!string.IsNullOrEmpty(list))
        {
            return [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        }

        var home = Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } fromEnvironment
            ? fromEnvironment
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [Path.Combine(home, ".kube", "config")];
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'").DefaultIfEmpty("none"));

    private static Uri ServerOf(KubeConfigCluster cluster, string name, string where) =>
        Uri.TryCreate(cluster.Server.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            ? uri
            : throw new KubeConfigException($"The server '{cluster.Server}' of cluster '{name}' in {where} is not an http(s) address.");

    private static TrustSource? TrustOf(KubeConfigCluster cluster, TimeProvider clock) => cluster switch
    {
        { CertificateAuthorityData: { } data } => TrustSource.FromPem(data, "certificate-authority-data"),
        { CertificateAuthority: { } file } => TrustSource.FromFile(file, clock),
        _ => null,
    };

    private static Uri? ProxyOf(KubeConfigCluster cluster, string name) => cluster.ProxyUrl switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) => uri,
        var text => throw new KubeConfigException($"The proxy-url '{text}' of cluster '{name}' is not an address."),
    };

    // The order is client-go's: token file, token, password; a certificate may accompany each; a plug-in only where none of them is.
    private static ICredentialSource CredentialsOf(KubeConfigUser user, string name, KubeConfigCluster cluster, TimeProvider clock)
    {
        var certificate = ClientCertificateOf(user, name);
        return user switch
        {
            { TokenFile: { } tokenFile } => new TokenFileCredential(tokenFile, clock, certificate),
            { Token: { } token } => new StaticCredential(new Credential(new AuthenticationHeaderValue("Bearer", token), certificate)),
            { Username: { } username } => new StaticCredential(new Credential(Basic(username, user.Password), certificate)),
            { Exec: { } exec } when certificate is null => new ExecCredential(exec, cluster, clock),
            _ => certificate is null ? AnonymousCredential.Instance : new StaticCredential(new Credential(ClientCertificate: certificate)),
        };
    }

    private static AuthenticationHeaderValue Basic(string username, string? password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));

    private static SslStreamCertificateContext? ClientCertificateOf(KubeConfigUser user, string name)
    {
        var certificate = PemOf(user.ClientCertificateData, user.ClientCertificate);
        var key = PemOf(user.ClientKeyData, user.ClientKey);
        if (certificate is null && key is null)
        {
            return null;
        }

        return certificate is null || key is null
            ? throw new KubeConfigException($"User '{name}' has a client certificate or key but not both.")
            : ClientCertificate.Load(certificate, key, $"user '{name}'");
    }

    private static string? PemOf(byte[]? data, string? file)
    {
        if (data is not null)
        {
            return Encoding.UTF8.GetString(data);
        }

        try
        {
            return file is null ? null : File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"The file {file} that kubeconfig names cannot be read: {exception.Message}", exception);
        }
    }
}
