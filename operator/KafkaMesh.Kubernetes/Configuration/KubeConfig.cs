using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace KafkaMesh.Kubernetes.Configuration;

/// <summary>Several kubeconfig files as one: of two entries with one name the first wins, and relative paths belong to their file (client-go's rules).</summary>
internal sealed class KubeConfig
{
    private KubeConfig()
    {
    }

    public string? CurrentContext { get; private set; }

    public Dictionary<string, KubeConfigCluster> Clusters { get; } = [];

    public Dictionary<string, KubeConfigUser> Users { get; } = [];

    public Dictionary<string, KubeConfigContext> Contexts { get; } = [];

    /// <summary>Reads the files; those that do not exist are passed over, as kubectl does, unless none exists.</summary>
    /// <param name="paths">Files, strongest first.</param>
    /// <exception cref="KubeConfigException">No file exists, or one cannot be read.</exception>
    public static KubeConfig Load(IReadOnlyList<string> paths)
    {
        var config = new KubeConfig();
        var existing = paths.Where(File.Exists).ToList();
        if (existing.Count == 0)
        {
            throw new KubeConfigException($"There is no kubeconfig at {string.Join(", ", paths)}: set KUBECONFIG, or run inside a pod.");
        }

        foreach (var path in existing)
        {
            config.Add(path);
        }

        return config;
    }

    private void Add(string path)
    {
        if (ReadRoot(path) is not { } root)
        {
            return;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CurrentContext ??= root.Text("current-context");
        foreach (var (name, value) in root.NamedEntries("clusters", "cluster"))
        {
            Clusters.TryAdd(name, Cluster(value, directory));
        }

        foreach (var (name, value) in root.NamedEntries("users", "user"))
        {
            Users.TryAdd(name, User(value, directory));
        }

        foreach (var (name, value) in root.NamedEntries("contexts", "context"))
        {
            Contexts.TryAdd(name, new KubeConfigContext(value.Text("cluster") ?? "", value.Text("user") ?? "", value.Text("namespace")));
        }
    }

    private static KubeConfigNode? ReadRoot(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var stream = new YamlStream();
            stream.Load(reader);
            return stream.Documents.Count == 0 ? null : new KubeConfigNode(path, "", stream.Documents[0].RootNode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or YamlException)
        {
            throw new KubeConfigException($"The kubeconfig {path} cannot be read: {exception.Message}", exception);
        }
    }

    private static KubeConfigCluster Cluster(KubeConfigNode node, string directory) => new()
    {
        Server = node.Text("server") ?? "",
        CertificateAuthority = Absolute(node.Text("certificate-authority"), directory),
        CertificateAuthorityData = node.Bytes("certificate-authority-data"),
        InsecureSkipTlsVerify = node.Flag("insecure-skip-tls-verify"),
        TlsServerName = node.Text("tls-server-name"),
        ProxyUrl = node.Text("proxy-url"),
        ExecConfig = node.NamedEntries("extensions", "extension").FirstOrDefault(entry => entry.Name == "client.authentication.k8s.io/exec").Value?.ToJson(),
    };

    private static KubeConfigUser User(KubeConfigNode node, string directory)
    {
        // Passing these over would make requests as somebody else than the file says.
        node.Refuse("auth-provider", "was removed from Kubernetes 1.26: use 'exec' with the provider's credential plug-in");
        foreach (var impersonation in new[] { "as", "as-uid", "as-groups", "as-user-extra" })
        {
            node.Refuse(impersonation, "asks for impersonation, which is not supported here: use credentials of that user");
        }

        return ReadUser(node, directory);
    }

    private static KubeConfigUser ReadUser(KubeConfigNode node, string directory) => new()
    {
        ClientCertificate = Absolute(node.Text("client-certificate"), directory),
        ClientCertificateData = node.Bytes("client-certificate-data"),
        ClientKey = Absolute(node.Text("client-key"), directory),
        ClientKeyData = node.Bytes("client-key-data"),
        Token = node.Text("token"),
        TokenFile = Absolute(node.Text("tokenFile"), directory),
        Username = node.Text("username"),
        Password = node.Text("password"),
        Exec = node.Child("exec") is { } exec ? Exec(exec, directory) : null,
    };

    private static KubeConfigExec Exec(KubeConfigNode node, string directory)
    {
        var command = node.Required("command");
        return new KubeConfigExec
        {
            // A bare name is looked up in PATH, anything with a slash belongs to the file.
            Command = command.Contains('/', StringComparison.Ordinal) ? Absolute(command, directory)! : command,
            ApiVersion = node.Required("apiVersion"),
            Arguments = [.. node.Items("args").Select(item => item.Scalar())],
            Environment = [.. node.Items("env").Select(item => new KeyValuePair<string, string>(item.Required("name"), item.Text("value") ?? ""))],
            ProvideClusterInfo = node.Flag("provideClusterInfo"),
            InteractiveMode = node.Text("interactiveMode"),
            InstallHint = node.Text("installHint"),
        };
    }

    private static string? Absolute(string? path, string directory) => path is null ? null : Path.GetFullPath(path, directory);
}
