namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Opens connections to Services for webhook calls.</summary>
internal interface IServiceDialer
{
    /// <summary>A TCP connection to one ready endpoint behind a Service's port.</summary>
    /// <exception cref="WebhookCallException">The Service, its port or a ready endpoint is missing, or the connection failed; worded as Go does.</exception>
    ValueTask<Stream> ConnectAsync(string @namespace, string name, int port, CancellationToken cancel);
}
