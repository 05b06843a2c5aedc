namespace KafkaMesh.Proxy.Decode;

/// <summary>Reads the packets of one capture file in their order.</summary>
internal interface ICaptureReader
{
    /// <summary>Reads the next packet.</summary>
    /// <param name="packet">Its bytes are valid until the next call.</param>
    /// <returns>False at the end, or when the file is broken: then <see cref="Error"/> says how.</returns>
    bool TryRead(out CapturedPacket packet);

    /// <summary>One sentence that names what is wrong with the file, and where; null when nothing is.</summary>
    string? Error { get; }
}
