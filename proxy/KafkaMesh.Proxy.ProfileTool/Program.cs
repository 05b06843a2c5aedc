using KafkaMesh.Proxy.ProfileTool;

return ProfileCommand.Run(args, Console.Out, Console.Error);
