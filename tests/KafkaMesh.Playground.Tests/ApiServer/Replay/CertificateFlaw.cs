namespace KafkaMesh.Playground.Tests.ApiServer.Replay;

/// <summary>What is wrong with a webhook server's certificate.</summary>
internal enum CertificateFlaw
{
    /// <summary>Nothing: it is for 127.0.0.1 and injector.demo.svc.</summary>
    None,

    /// <summary>It is for the name another.example.</summary>
    OtherName,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>It has a common name only.</summary>
    NoNames,

    /// <summary>There is none: the server speaks plain HTTP.</summary>
    PlainHttp,
}
