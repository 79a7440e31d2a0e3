#!/bin/sh
systemctl start rest-api.service
