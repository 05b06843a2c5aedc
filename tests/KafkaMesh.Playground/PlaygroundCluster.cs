using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground;

/// <summary>A Kubernetes API server with kubeconfig files: everything of a cluster but nodes and controllers, which are put on top of it.</summary>
internal sealed class PlaygroundCluster : IAsyncDisposable
{
    private readonly bool _ownsDirectory;

    private PlaygroundCluster(ApiServerHost server, string directory, bool ownsDirectory)
    {
        Server = server;
        Directory = directory;
        _ownsDirectory = ownsDirectory;
    }

    /// <summary>The API server.</summary>
    public ApiServerHost Server { get; }

    /// <summary>The directory of the kubeconfig files.</summary>
    public string Directory { get; }

    /// <summary>The API server's address on 127.0.0.1.</summary>
    public Uri Address => Server.Address;

    /// <summary>kubeconfig of the administrator with a client certificate.</summary>
    public string KubeconfigPath => Path.Combine(Directory, "kubeconfig");

    /// <summary>kubeconfig of the administrator with a bearer token.</summary>
    public string TokenKubeconfigPath => Path.Combine(Directory, "kubeconfig-token");

    /// <summary>Starts a cluster and writes its kubeconfig files.</summary>
    public static async Task<PlaygroundCluster> StartAsync(PlaygroundClusterOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new PlaygroundClusterOptions();
        var directory = options.Directory ?? System.IO.Directory.CreateTempSubdirectory("kafkamesh-playground-").FullName;
        System.IO.Directory.CreateDirectory(directory);
        var cluster = new PlaygroundCluster(await ApiServerHost.StartAsync(options.Server, cancel), directory, options.Directory is null);
        using var admin = cluster.Server.Authority.IssueClient("admin", ["system:masters"]);
        Kubeconfig.WriteWithCertificate(cluster.KubeconfigPath, cluster.Address, cluster.Server.Authority.CertificatePem, admin);
        Kubeconfig.WriteWithToken(cluster.TokenKubeconfigPath, cluster.Address, cluster.Server.Authority.CertificatePem, cluster.Server.AdminToken);
        return cluster;
    }

    /// <summary>A client for a component inside the process.</summary>
    public IClusterClient ClientFor(string component) => Server.ClientFor(component);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
